// The services that a test run is given, and users of each test's own.

import assert from 'node:assert/strict';
import { OtpClient, OtpError } from 'otp-client';

export interface Servers {
  /** Limits nothing by client. */
  main: string;
  /** Its database is gone. */
  broken: string;
  /** Lets each client send one code and guess once in five minutes; has no key for SendGrid's webhook. */
  limited: string;
  /** The private key of SendGrid's webhook: PKCS#8 in base64. */
  webhookKey: string;
}

/** What was asked and answered. */
export interface Exchange {
  method: string;
  path: string;
  status: number;
}

export interface As {
  /** Whose token; the user of the world where it is absent. */
  sub?: string;
  /** The address in the token. */
  email?: string;
  permissions?: string[];
  /** Another token than one of the service's own, or none. */
  token?: string | null;
  server?: string;
  /** Headers that replace those of the client. */
  headers?: Record<string, string>;
  /** A body that replaces that of the client. */
  body?: string;
}

interface Mail {
  to: string;
  passcode?: string;
}

export const servers = JSON.parse(process.env['OTP_SERVERS'] ?? '{}') as Servers;

export const nobody = '01940000-0000-7000-8000-00000000abcd';

let users = 0;

/** A user that no other test has, and everything that it does. */
export class World {
  readonly user = `user-${process.pid}-${++users}`;
  readonly email: string;
  readonly exchanges: Exchange[] = [];

  constructor(prefix = '') {
    this.email = `${prefix}${this.user}@example.com`;
  }

  /** A client of the user, or of somebody else. */
  client(as: As = {}): OtpClient {
    const server = as.server ?? servers.main;
    return new OtpClient({
      baseUrl: server,
      ...(as.token === null ? {} : { token: () => as.token ?? tokenOf(server, as.sub ?? this.user, as) }),
      fetch: async (input, init) => {
        const request = { ...init, headers: new Headers(init.headers) };
        for (const [name, value] of Object.entries(as.headers ?? {})) request.headers.set(name, value);
        if (as.body !== undefined) request.body = as.body;
        const response = await fetch(input, request);
        this.exchanges.push({ method: request.method ?? 'GET', path: new URL(input).pathname, status: response.status });
        return response;
      },
    });
  }

  /** The user, whose identity provider says the address. */
  withEmail(as: As = {}): OtpClient {
    return this.client({ email: this.email, ...as });
  }

  /** Somebody who may write, of the same organisation. */
  operator(as: As = {}): OtpClient {
    return this.client({ sub: 'operator', permissions: ['otp.users.write'], ...as });
  }

  reader(as: As = {}): OtpClient {
    return this.client({ sub: 'reader', permissions: ['otp.users.read'], ...as });
  }

  ofAllOwners(as: As = {}): OtpClient {
    return this.client({ sub: 'root', permissions: ['otp.users.write', 'otp.instance'], ...as });
  }

  /** Somebody who may nothing with the user. */
  stranger(as: As = {}): OtpClient {
    return this.client({ sub: `${this.user}-stranger`, ...as });
  }

  /** The newest code mailed to an address. */
  async code(address = this.email): Promise<string> {
    // The newest mail comes first: no two are of the same time.
    await advance(1);
    await deliver();
    const response = await fetch(`${servers.main}/dev/mailbox/messages?to=${encodeURIComponent(address)}`);
    const { results } = (await response.json()) as { results: Mail[] };
    const code = results.find((mail) => mail.passcode !== undefined)?.passcode;
    assert.ok(code, `a code was mailed to ${address}`);
    return code;
  }

  /** Sets the address; its code is mailed. */
  async addressed(): Promise<OtpClient> {
    const client = this.client();
    await client.setMyEmail({ email: this.email });
    return client;
  }

  /** A user with a verified address. */
  async verified(): Promise<OtpClient> {
    const client = await this.addressed();
    await client.verifyMyEmail({ code: await this.code() });
    return client;
  }

  /** A user whose verified address is a factor. */
  async withFactor(): Promise<OtpClient> {
    const client = await this.verified();
    await client.addMyAuthFactorOTPEmail();
    return client;
  }

  /** A user with a challenge, whose code was mailed. */
  async challenged(): Promise<{ client: OtpClient; challengeId: string }> {
    const client = await this.withFactor();
    return { client, challengeId: (await client.createMyOtpEmailChallenge()).results.challengeId };
  }

  /** A factor that waits for its code. */
  async registered(): Promise<{ client: OtpClient; otpEmailId: string; code: string }> {
    const client = this.client();
    await client.setMyEmail({ email: this.email });
    const second = `second-${this.email}`;
    const { results } = await client.addOTPEmailAuthenticator(this.user, { email: { address: second } });
    return { client, otpEmailId: results.otpEmailId, code: await this.code(second) };
  }
}

/** Moves the clock of a service. */
export async function advance(seconds: number, server = servers.main): Promise<void> {
  await post(`${server}/test/clock?seconds=${seconds}`);
}

/** Sends all mails that are due. */
export async function deliver(server = servers.main): Promise<void> {
  await post(`${server}/test/deliver`);
}

/** What time a service has. */
export async function now(server = servers.main): Promise<Date> {
  const { now: time } = (await (await post(`${server}/test/clock?seconds=0`)).json()) as { now: string };
  return new Date(time);
}

/** A code that is not this one. */
export function wrong(code: string): string {
  return code.replace(/.$/, (last) => String((Number(last) + 1) % 10));
}

/** Guesses wrong until the lock. */
export async function exhaust(guess: () => Promise<unknown>): Promise<void> {
  for (let count = 0; count < 5; count++) await guess().catch(expectOtpError);
}

export function expectOtpError(error: unknown): OtpError {
  if (!(error instanceof OtpError)) throw error;
  return error;
}

async function tokenOf(server: string, sub: string, { email, permissions }: As): Promise<string> {
  const response = await post(`${server}/dev/tokens`, { sub, email, permissions });
  return ((await response.json()) as { results: { token: string } }).results.token;
}

async function post(url: string, body?: object): Promise<Response> {
  const response = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body ?? {}) });
  assert.equal(response.status, 200, url);
  return response;
}
