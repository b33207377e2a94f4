// What each operation of the service is asked to do, and each error that can be provoked.

import assert from 'node:assert/strict';
import type { OtpClient } from 'otp-client';
import { bounce, signed } from './webhook.js';
import { advance, exhaust, nobody, servers, wrong, type As, World } from './world.js';

/** A call that is answered with a certain status. What it returns is what the client returned. */
export type Case = (world: World) => Promise<unknown>;

/** A call, and the code of the error that it is answered with. */
export type ErrorCase = [code: string, call: Case];

export interface Operation {
  /** Who may call it. */
  by: 'anyone' | 'user' | 'operator' | 'reader' | 'instance';
  /** The call with arguments that nothing is wrong with, about a user that the service need not know. */
  call: (client: OtpClient, world: World) => Promise<unknown>;
  /** Success. */
  ok: Case;
  /** What cannot be provoked by a bare call. */
  errors?: Partial<Record<number, ErrorCase[]>>;
}

const code = '000000';
const longCode = '00000000';

const unknownUser = 'COMMAND-ieJ2e';
const noEmail = 'COMMAND-2M9fs';
const noFactor = 'COMMAND-b312D';
const tooSoon = 'COMMAND-tN4sQ';
const locked = 'COMMAND-S6h4R';
const wrongCode = 'CODE-woT0xc';
const invalid = 'REQUEST-v4LdM';
const malformed = 'REQUEST-jS0nX';
const notReady = 'COMMAND-KLJ2d';
const exists = 'COMMAND-MKL2s';

const badBody = (call: Operation['call'], as: As = {}): Case => (world) => call(world.client({ body: '{', ...as }), world);

const setEmail: Operation['call'] = (client, world) => client.setEmail(world.user, { email: world.email });
const setContactEmail: Operation['call'] = (client, world) => client.setContactEmail(world.user, { email: { address: world.email } });
const verifyByUserId: Operation['call'] = (client, world) => client.verifyEmailByUserId(world.user, { verificationCode: code });
const verifyContact: Operation['call'] = (client, world) => client.verifyContactEmail(world.user, { verificationCode: code });
const createMine: Operation['call'] = (client) => client.createMyOtpEmailChallenge({});
const create: Operation['call'] = (client, world) => client.createOtpEmailChallenge(world.user, {});

/** The operations that resend the code of an address by user id are alike. */
function resends(call: (client: OtpClient, userId: string, body?: { returnCode?: object }) => Promise<{ results: { verificationCode?: string } }>): Operation {
  return {
    by: 'user',
    call: (client, world) => call(client, world.user, {}),
    ok: async (world) => {
      await world.addressed();
      await advance(60);
      const { results } = await call(world.operator(), world.user, { returnCode: {} });
      assert.match(results.verificationCode ?? '', /^\d{6}$/);
      return results;
    },
    errors: {
      400: [[malformed, (world) => call(world.client({ body: '{' }), world.user, {})]],
      403: [['AUTH-HKJwe', (world) => call(world.client(), world.user, { returnCode: {} })]],
      404: [[noEmail, (world) => call(world.client(), world.user)], [unknownUser, (world) => call(world.operator(), world.user)]],
      429: [[tooSoon, async (world) => call(await world.addressed(), world.user)]],
    },
  };
}

/** So are those that verify it. */
function verifies(call: (client: OtpClient, userId: string, guess: string) => Promise<unknown>): Pick<Operation, 'ok' | 'errors'> {
  return {
    ok: async (world) => call(await world.addressed(), world.user, await world.code()),
    errors: {
      400: [
        [wrongCode, async (world) => call(await world.addressed(), world.user, wrong(await world.code()))],
        ['CODE-QvUQ4P', async (world) => {
          const client = await world.addressed();
          const right = await world.code();
          await advance(15 * 60);
          return call(client, world.user, right);
        }],
        ['COMMAND-SJl2g', async (world) => call(await world.addressed(), world.user, ' ')],
      ],
      404: [[noEmail, (world) => call(world.client(), world.user, code)], [unknownUser, (world) => call(world.operator(), world.user, code)]],
      429: [[locked, async (world) => {
        const client = await world.addressed();
        const right = await world.code();
        await exhaust(() => call(client, world.user, wrong(right)));
        return call(client, world.user, right);
      }]],
    },
  };
}

/** So are those that make the address of a user a factor, or no longer. */
function adds(call: (client: OtpClient, userId: string) => Promise<unknown>): Operation {
  return {
    by: 'user',
    call: (client, world) => call(client, world.user),
    ok: async (world) => call(await world.verified(), world.user),
    errors: {
      400: [[notReady, async (world) => call(await world.addressed(), world.user)]],
      404: [[unknownUser, (world) => call(world.operator(), world.user)]],
      409: [[exists, async (world) => call(await world.withFactor(), world.user)]],
    },
  };
}

function removes(call: (client: OtpClient, userId: string) => Promise<unknown>): Operation {
  return {
    by: 'user',
    call: (client, world) => call(client, world.user),
    ok: async (world) => call(await world.withFactor(), world.user),
    errors: {
      404: [[noFactor, async (world) => call(await world.addressed(), world.user)], [unknownUser, (world) => call(world.operator(), world.user)]],
    },
  };
}

/** Challenges are the same for the user itself and for a login service. */
function challenges(mine: boolean): Record<'create' | 'get' | 'resend' | 'verify', Operation> {
  const as = (world: World, override: As = {}): OtpClient => (mine ? world.client(override) : world.operator(override));
  const get = (client: OtpClient, world: World, id: string) => (mine ? client.getMyOtpEmailChallenge(id) : client.getOtpEmailChallenge(world.user, id));
  const resend = (client: OtpClient, world: World, id: string) => (mine ? client.resendMyOtpEmailChallenge(id) : client.resendOtpEmailChallenge(world.user, id, {}));
  const verify = (client: OtpClient, world: World, id: string, passcode: string) =>
    mine ? client.verifyMyOtpEmailChallenge(id, { passcode }) : client.verifyOtpEmailChallenge(world.user, id, { passcode });
  const start = mine ? createMine : create;
  const unknown = (call: (client: OtpClient, world: World) => Promise<unknown>): ErrorCase[] => [
    ['NotFoundError', async (world) => {
      await world.withFactor();
      return call(as(world), world);
    }],
    ...(mine ? [] : [['NotFoundError', (world) => call(as(world), world)] satisfies ErrorCase]),
  ];
  return {
    create: {
      by: 'user',
      call: start,
      ok: async (world) => {
        await world.withFactor();
        if (mine) return start(world.client(), world);
        const { results } = await world.operator().createOtpEmailChallenge(world.user, { returnCode: {} });
        assert.match(results.passcode ?? '', /^\d{8}$/);
        return results;
      },
      errors: {
        400: [['ParameterError', async (world) => {
          await world.withFactor();
          return start(as(world, { body: '{' }), world);
        }]],
        403: mine ? [] : [['ForbiddenError', (world) => create(world.stranger(), world)]],
        404: [['NotFoundError', async (world) => {
          await world.verified();
          return start(as(world), world);
        }]],
        409: [['ConflictError', async (world) => {
          await world.withFactor();
          await bounce(world);
          return start(as(world), world);
        }]],
        422: [['ValidateError', async (world) => {
          await world.withFactor();
          const body = { sendCode: { urlTemplate: 'https://elsewhere.example/{{.Code}}' } };
          return mine ? as(world).createMyOtpEmailChallenge(body) : as(world).createOtpEmailChallenge(world.user, body);
        }]],
        429: [['TooManyRequestsError', async (world) => {
          const { client, challengeId } = await world.challenged();
          const right = await world.code();
          await exhaust(() => client.verifyMyOtpEmailChallenge(challengeId, { passcode: wrong(right) }));
          return start(as(world), world);
        }]],
      },
    },
    get: {
      by: 'user',
      call: (client, world) => get(client, world, nobody),
      ok: async (world) => {
        const { challengeId } = await world.challenged();
        const { results } = await get(as(world), world, challengeId);
        assert.equal(results.challengeId, challengeId);
        assert.equal(results.isVerified, false);
        return results;
      },
      errors: { 404: unknown((client, world) => get(client, world, nobody)) },
    },
    resend: {
      by: 'user',
      call: (client, world) => resend(client, world, nobody),
      ok: async (world) => {
        const { challengeId } = await world.challenged();
        await advance(60);
        return resend(as(world), world, challengeId);
      },
      errors: {
        400: mine ? [] : [['ParameterError', (world) => world.client({ body: '{' }).resendOtpEmailChallenge(world.user, nobody, {})]],
        404: unknown((client, world) => resend(client, world, nobody)),
        409: [['ConflictError', async (world) => {
          const { client, challengeId } = await world.challenged();
          await client.verifyMyOtpEmailChallenge(challengeId, { passcode: await world.code() });
          return resend(as(world), world, challengeId);
        }]],
        422: mine ? [] : [['ValidateError', (world) =>
          world.client().resendOtpEmailChallenge(world.user, nobody, { sendCode: { urlTemplate: 'ftp://elsewhere.example' } })]],
        429: [['TooManyRequestsError', async (world) => {
          const { challengeId } = await world.challenged();
          return resend(as(world), world, challengeId);
        }]],
      },
    },
    verify: {
      by: 'user',
      call: (client, world) => verify(client, world, nobody, longCode),
      ok: async (world) => {
        const { challengeId } = await world.challenged();
        const { results } = await verify(as(world), world, challengeId, await world.code());
        assert.equal(results.isVerified, true);
        return results;
      },
      errors: {
        400: [
          ['InvalidPasscodeError', async (world) => {
            const { challengeId } = await world.challenged();
            return verify(as(world), world, challengeId, wrong(await world.code()));
          }],
          ['PasscodeExpiredError', async (world) => {
            const { challengeId } = await world.challenged();
            const right = await world.code();
            await advance(5 * 60);
            return verify(as(world), world, challengeId, right);
          }],
          ['ParameterError', (world) => verify(world.client({ body: '{' }), world, nobody, longCode)],
        ],
        404: unknown((client, world) => verify(client, world, nobody, longCode)),
        409: [['ConflictError', async (world) => {
          const { challengeId } = await world.challenged();
          const right = await world.code();
          await verify(as(world), world, challengeId, right);
          return verify(as(world), world, challengeId, right);
        }]],
        422: [['ValidateError', (world) => verify(world.client(), world, nobody, 'x')]],
        429: [['TooManyRequestsError', async (world) => {
          const { challengeId } = await world.challenged();
          const right = await world.code();
          await exhaust(() => verify(as(world), world, challengeId, wrong(right)));
          return verify(as(world), world, challengeId, right);
        }]],
      },
    },
  };
}

const mine = challenges(true);
const ofUser = challenges(false);

/** All operations, by their ids. */
export const operations: Record<string, Operation> = {
  GetLiveness: { by: 'anyone', call: (client) => client.getLiveness(), ok: (world) => world.client({ token: null }).getLiveness() },
  GetReadiness: { by: 'anyone', call: (client) => client.getReadiness(), ok: (world) => world.client({ token: null }).getReadiness() },

  CreateEmailOneTimePasscode: {
    by: 'user',
    call: (client) => client.createEmailOneTimePasscode(),
    ok: async (world) => {
      const { results } = await world.withEmail().createEmailOneTimePasscode();
      assert.deepEqual([results.email, results.isVerified, results.otp?.numberOfAttempts, results.delivery?.state], [world.email, false, 0, 'queued']);
      return results;
    },
    errors: {
      404: [['NotFoundError', (world) => world.client().createEmailOneTimePasscode()]],
      409: [['ConflictError', async (world) => {
        await world.withEmail().createEmailOneTimePasscode();
        await bounce(world);
        return world.withEmail().createEmailOneTimePasscode();
      }]],
      429: [['TooManyRequestsError', async (world) => {
        await world.withEmail().createEmailOneTimePasscode();
        return world.withEmail().createEmailOneTimePasscode();
      }]],
    },
  },
  GetEmailVerificationStatus: {
    by: 'user',
    call: (client) => client.getEmailVerificationStatus(code),
    ok: async (world) => {
      const client = world.withEmail();
      await client.createEmailOneTimePasscode();
      const { results } = await client.getEmailVerificationStatus(await world.code());
      assert.equal(results.isVerified, true);
      return results;
    },
    errors: { 404: [['NotFoundError', (world) => world.client().getEmailVerificationStatus()]] },
  },
  VerifyEmail: {
    by: 'user',
    call: (client) => client.verifyEmail({ passcode: code }),
    ok: async (world) => {
      const client = world.withEmail();
      await client.createEmailOneTimePasscode();
      const right = await world.code();
      const guessed = (await client.verifyEmail({ passcode: wrong(right) })).results;
      assert.deepEqual([guessed.isVerified, guessed.otp?.numberOfAttempts], [false, 1], 'a wrong guess is no error here');
      const { results } = await client.verifyEmail({ passcode: right });
      assert.deepEqual([results.isVerified, results.otp], [true, undefined]);
      return results;
    },
    errors: {
      400: [['ParameterError', badBody((client) => client.verifyEmail({ passcode: code }))]],
      404: [['NotFoundError', (world) => world.client().verifyEmail({ passcode: code })]],
      422: [['ValidateError', (world) => world.withEmail().verifyEmail({ passcode: 'x' })]],
    },
  },

  GetMyEmail: {
    by: 'user',
    call: (client) => client.getMyEmail(),
    ok: async (world) => {
      const { results } = await (await world.verified()).getMyEmail();
      assert.deepEqual(results.email, { email: world.email, isEmailVerified: true });
      return results;
    },
    errors: { 404: [[noEmail, (world) => world.client().getMyEmail()]] },
  },
  SetMyEmail: {
    by: 'user',
    call: (client, world) => client.setMyEmail({ email: world.email }),
    ok: async (world) => {
      const { results } = await world.client().setMyEmail({ email: world.email });
      assert.match(results.details.sequence, /^\d+$/);
      return results;
    },
    errors: {
      400: [
        [invalid, (world) => world.client().setMyEmail({ email: 'Ada <ada@example.com>' })],
        [malformed, badBody((client, world) => client.setMyEmail({ email: world.email }))],
        ['COMMAND-pR5oW', (world) => world.withEmail().setMyEmail({ email: `new-${world.email}` })],
      ],
      429: [[tooSoon, async (world) => (await world.addressed()).setMyEmail({ email: `new-${world.email}` })]],
    },
  },
  VerifyMyEmail: {
    by: 'user',
    call: (client) => client.verifyMyEmail({ code }),
    ok: async (world) => (await world.addressed()).verifyMyEmail({ code: await world.code() }),
    errors: {
      400: [[wrongCode, async (world) => (await world.addressed()).verifyMyEmail({ code: wrong(await world.code()) })]],
      404: [[noEmail, (world) => world.client().verifyMyEmail({ code })]],
      429: [[locked, async (world) => {
        const client = await world.addressed();
        const right = await world.code();
        await exhaust(() => client.verifyMyEmail({ code: wrong(right) }));
        return client.verifyMyEmail({ code: right });
      }]],
    },
  },
  ResendMyEmailVerification: {
    by: 'user',
    call: (client) => client.resendMyEmailVerification(),
    ok: async (world) => {
      const client = await world.addressed();
      await advance(60);
      return client.resendMyEmailVerification();
    },
    errors: {
      400: [['COMMAND-sP9xR', async (world) => {
        const client = await world.addressed();
        await bounce(world);
        return client.resendMyEmailVerification();
      }]],
      404: [[noEmail, (world) => world.client().resendMyEmailVerification()]],
      429: [[tooSoon, async (world) => (await world.addressed()).resendMyEmailVerification()]],
    },
  },

  ListMyAuthFactors: {
    by: 'user',
    call: (client) => client.listMyAuthFactors(),
    ok: async (world) => {
      const { results } = await (await world.withFactor()).listMyAuthFactors();
      assert.deepEqual(results.result, [{ state: 'AUTH_FACTOR_STATE_READY', otpEmail: {} }]);
      return results;
    },
  },
  AddMyAuthFactorOTPEmail: {
    by: 'user',
    call: (client) => client.addMyAuthFactorOTPEmail(),
    ok: async (world) => (await world.verified()).addMyAuthFactorOTPEmail(),
    errors: {
      400: [[notReady, (world) => world.client().addMyAuthFactorOTPEmail()]],
      409: [[exists, async (world) => (await world.withFactor()).addMyAuthFactorOTPEmail()]],
    },
  },
  RemoveMyAuthFactorOTPEmail: {
    by: 'user',
    call: (client) => client.removeMyAuthFactorOTPEmail(),
    ok: async (world) => (await world.withFactor()).removeMyAuthFactorOTPEmail(),
    errors: { 404: [[noFactor, (world) => world.client().removeMyAuthFactorOTPEmail()]] },
  },

  SetEmail: {
    by: 'user',
    call: setEmail,
    ok: async (world) => {
      await world.addressed();
      const { results } = await world.operator().setEmail(world.user, { email: `new-${world.email}`, isVerified: true });
      assert.equal(results.verificationCode, undefined);
      return results;
    },
    errors: {
      400: [
        [invalid, (world) => world.client().setEmail(world.user, { email: world.email, sendCode: {}, returnCode: {} })],
        [malformed, badBody(setEmail)],
      ],
      403: [['AUTH-HKJwe', (world) => world.client().setEmail(world.user, { email: world.email, returnCode: {} })]],
      404: [[unknownUser, (world) => setEmail(world.operator(), world)]],
      429: [[tooSoon, async (world) => (await world.addressed()).setEmail(world.user, { email: `new-${world.email}` })]],
    },
  },
  SetContactEmail: {
    by: 'user',
    call: setContactEmail,
    ok: (world) => setContactEmail(world.client(), world),
    errors: {
      400: [
        [invalid, (world) => world.client().setContactEmail(world.user, { email: { address: 'x' } })],
        [malformed, badBody(setContactEmail)],
      ],
      404: [[unknownUser, (world) => setContactEmail(world.operator(), world)]],
      429: [[tooSoon, async (world) => (await world.addressed()).setContactEmail(world.user, { email: { address: `new-${world.email}` } })]],
    },
  },
  ResendEmailCode: resends((client, userId, body) => client.resendEmailCode(userId, body)),
  SendEmailCode: resends((client, userId, body) => client.sendEmailCode(userId, body)),
  ResendContactEmailCode: resends((client, userId, body) => client.resendContactEmailCode(userId, body)),
  VerifyEmailByUserId: { by: 'user', call: verifyByUserId, ...verifies((client, userId, verificationCode) => client.verifyEmailByUserId(userId, { verificationCode })) },
  VerifyContactEmail: { by: 'user', call: verifyContact, ...verifies((client, userId, verificationCode) => client.verifyContactEmail(userId, { verificationCode })) },

  ListAuthenticationMethodTypes: {
    by: 'user',
    call: (client, world) => client.listAuthenticationMethodTypes(world.user),
    ok: async (world) => {
      await world.withFactor();
      const { results } = await world.reader().listAuthenticationMethodTypes(world.user);
      assert.deepEqual(results.authMethodTypes, ['AUTHENTICATION_METHOD_TYPE_OTP_EMAIL']);
      return results;
    },
    errors: { 404: [[unknownUser, (world) => world.reader().listAuthenticationMethodTypes(world.user)]] },
  },
  ListAuthenticationFactors: {
    by: 'user',
    call: (client, world) => client.listAuthenticationFactors(world.user, {}),
    ok: async (world) => {
      await world.registered();
      const { results } = await world.reader().listAuthenticationFactors(world.user, { authFactors: ['OTP_EMAIL'], states: ['AUTH_FACTOR_STATE_NOT_READY'] });
      assert.equal(results.result.length, 1);
      return results;
    },
    errors: {
      400: [[malformed, badBody((client, world) => client.listAuthenticationFactors(world.user, {}))]],
      404: [[unknownUser, (world) => world.reader().listAuthenticationFactors(world.user)]],
    },
  },
  AddOTPEmail: adds((client, userId) => client.addOTPEmail(userId)),
  AddOTPEmailBeta: adds((client, userId) => client.addOTPEmailBeta(userId)),
  RemoveOTPEmail: removes((client, userId) => client.removeOTPEmail(userId)),
  RemoveOTPEmailBeta: removes((client, userId) => client.removeOTPEmailBeta(userId)),
  AddOTPEmailAuthenticator: {
    by: 'user',
    call: (client, world) => client.addOTPEmailAuthenticator(world.user, { email: { address: world.email } }),
    ok: async (world) => {
      await world.addressed();
      const { results } = await world.operator().addOTPEmailAuthenticator(world.user, { email: { address: `second-${world.email}`, returnCode: {} } });
      assert.match(results.verificationCode ?? '', /^\d{8}$/);
      return results;
    },
    errors: {
      400: [
        [notReady, (world) => world.client().addOTPEmailAuthenticator(world.user)],
        [invalid, (world) => world.client().addOTPEmailAuthenticator(world.user, { email: { address: 'a@b.co,c@d.co' } })],
        [malformed, badBody((client, world) => client.addOTPEmailAuthenticator(world.user, {}))],
      ],
      404: [[unknownUser, (world) => world.operator().addOTPEmailAuthenticator(world.user, { email: { address: world.email } })]],
      409: [[exists, async (world) => (await world.withFactor()).addOTPEmailAuthenticator(world.user, { email: { address: world.email } })]],
      429: [[tooSoon, async (world) => (await world.registered()).client.addOTPEmailAuthenticator(world.user, { email: { address: `second-${world.email}` } })]],
    },
  },
  VerifyOTPEmailRegistration: {
    by: 'user',
    call: (client, world) => client.verifyOTPEmailRegistration(world.user, nobody, { code: longCode }),
    ok: async (world) => {
      const { client, otpEmailId, code: right } = await world.registered();
      return client.verifyOTPEmailRegistration(world.user, otpEmailId, { code: right });
    },
    errors: {
      400: [
        [wrongCode, async (world) => {
          const { client, otpEmailId, code: right } = await world.registered();
          return client.verifyOTPEmailRegistration(world.user, otpEmailId, { code: wrong(right) });
        }],
        ['COMMAND-qRd7y', async (world) => {
          const { client, otpEmailId, code: right } = await world.registered();
          await client.verifyOTPEmailRegistration(world.user, otpEmailId, { code: right });
          return client.verifyOTPEmailRegistration(world.user, otpEmailId, { code: right });
        }],
      ],
      404: [[noFactor, async (world) => (await world.addressed()).verifyOTPEmailRegistration(world.user, nobody, { code: longCode })]],
      429: [[locked, async (world) => {
        const { client, otpEmailId, code: right } = await world.registered();
        await exhaust(() => client.verifyOTPEmailRegistration(world.user, otpEmailId, { code: wrong(right) }));
        return client.verifyOTPEmailRegistration(world.user, otpEmailId, { code: right });
      }]],
    },
  },
  RemoveOTPEmailAuthenticator: {
    by: 'user',
    call: (client, world) => client.removeOTPEmailAuthenticator(world.user, nobody),
    ok: async (world) => {
      const { client, otpEmailId } = await world.registered();
      return client.removeOTPEmailAuthenticator(world.user, otpEmailId);
    },
    errors: { 404: [[noFactor, async (world) => (await world.addressed()).removeOTPEmailAuthenticator(world.user, nobody)]] },
  },

  CreateMyOtpEmailChallenge: mine.create,
  GetMyOtpEmailChallenge: mine.get,
  ResendMyOtpEmailChallenge: mine.resend,
  VerifyMyOtpEmailChallenge: mine.verify,
  CreateOtpEmailChallenge: ofUser.create,
  GetOtpEmailChallenge: ofUser.get,
  ResendOtpEmailChallenge: ofUser.resend,
  VerifyOtpEmailChallenge: ofUser.verify,
  UnlockOtpEmail: {
    by: 'operator',
    call: (client, world) => client.unlockOtpEmail(world.user),
    ok: async (world) => {
      const { client, challengeId } = await world.challenged();
      await exhaust(async () => client.verifyMyOtpEmailChallenge(challengeId, { passcode: wrong(await world.code()) }));
      const answer = await world.operator().unlockOtpEmail(world.user);
      assert.deepEqual(answer, { status: 'ok' });
      return answer;
    },
    errors: {
      403: [['ForbiddenError', async (world) => {
        await world.withFactor();
        return world.client({ permissions: ['otp.users.write'] }).unlockOtpEmail(world.user);
      }]],
      404: [['NotFoundError', (world) => world.operator().unlockOtpEmail(world.user)]],
    },
  },

  ListAuditEntries: {
    by: 'reader',
    call: (client) => client.listAuditEntries(),
    ok: async (world) => {
      await world.addressed();
      const { results } = await world.reader().listAuditEntries(world.user, 'passcodeIssued');
      assert.deepEqual(results.items.map((entry) => [entry.action, entry.userId]), [['passcodeIssued', world.user]]);
      return results;
    },
    errors: { 422: [['ValidateError', (world) => world.reader().listAuditEntries(undefined, undefined, 'x')]] },
  },
  ListDeliveries: {
    by: 'reader',
    call: (client) => client.listDeliveries(),
    ok: async (world) => {
      await world.addressed();
      const { results } = await world.reader().listDeliveries(undefined, world.email);
      assert.deepEqual(results.items.map((mail) => [mail.userId, mail.state, mail.kind]), [[world.user, 'queued', 'emailVerification']]);
      return results;
    },
    errors: { 422: [['ValidateError', (world) => world.reader().listDeliveries(undefined, 'x')]] },
  },
  RetryDelivery: {
    by: 'operator',
    call: (client) => client.retryDelivery(nobody),
    ok: async (world) => {
      const unreachable = new World('unreachable-');
      await unreachable.addressed();
      await assert.rejects(unreachable.code(), 'the provider refuses this address');
      const { items } = (await world.reader().listDeliveries(unreachable.user)).results;
      assert.deepEqual([items[0]?.state, items[0]?.reason], ['failed', 'no such mailbox']);
      const { results } = await world.operator().retryDelivery(items[0]!.deliveryId);
      assert.equal(results.state, 'queued');
      return results;
    },
    errors: {
      404: [['NotFoundError', (world) => world.operator().retryDelivery(nobody)]],
      409: [['ConflictError', async (world) => {
        await world.addressed();
        const { items } = (await world.reader().listDeliveries(world.user)).results;
        return world.operator().retryDelivery(items[0]!.deliveryId);
      }]],
    },
  },
  ListSuppressions: {
    by: 'instance',
    call: (client) => client.listSuppressions(),
    ok: async (world) => {
      await world.addressed();
      await bounce(world);
      const { results } = await world.ofAllOwners().listSuppressions();
      assert.equal(results.items.find((item) => item.email === world.email)?.reason, 'hardBounce');
      return results;
    },
    errors: { 422: [['ValidateError', (world) => world.ofAllOwners().listSuppressions('x')]] },
  },
  LiftSuppression: {
    by: 'instance',
    call: (client, world) => client.liftSuppression(world.email),
    ok: async (world) => {
      await world.addressed();
      await bounce(world);
      return world.ofAllOwners().liftSuppression(world.email);
    },
    errors: {
      404: [['NotFoundError', (world) => world.ofAllOwners().liftSuppression(world.email)]],
      422: [['ValidateError', (world) => world.ofAllOwners().liftSuppression('x')]],
    },
  },

  ReceiveSendGridEvents: {
    by: 'anyone',
    call: async (client) => client.receiveSendGridEvents([], ...(await signed('[]', servers.broken))),
    ok: async (world) => world.client({ token: null }).receiveSendGridEvents([], ...(await signed('[]'))),
    errors: {
      400: [['ParameterError', async (world) => world.client({ token: null, body: '{' }).receiveSendGridEvents([], ...(await signed('{')))]],
      401: [['AuthorizationError', async (world) => world.client({ token: null }).receiveSendGridEvents([{ event: 'open' }], ...(await signed('[]')))]],
      404: [['NotFoundError', async (world) => world.client({ token: null, server: servers.limited }).receiveSendGridEvents([], ...(await signed('[]', servers.limited)))]],
      413: [['PayloadTooLargeError', (world) => world.client({ token: null }).receiveSendGridEvents([{ note: 'x'.repeat(1024 * 1024) }], 'x', '0')]],
    },
  },
};
