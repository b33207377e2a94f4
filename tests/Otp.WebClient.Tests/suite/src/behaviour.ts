// What the client does beside the operations: tokens, aborts, errors that are not the service's.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OtpClient, OtpError, UNKNOWN_ERROR, type EmailStatusResponse } from 'otp-client';
import { exhaust, servers, World, wrong } from './world.js';

function answering(response: () => Response): OtpClient {
  return new OtpClient({ baseUrl: 'http://service.invalid', token: () => 't', fetch: async () => response() });
}

async function errorOf(response: () => Response): Promise<OtpError> {
  const error: unknown = await answering(response).getMyEmail().then(() => undefined, (reason: unknown) => reason);
  assert.ok(error instanceof OtpError);
  return error;
}

test('asks for the token before each request', async () => {
  const world = new World();
  const used: (string | null)[] = [];
  let issued = 0;
  const client = new OtpClient({
    baseUrl: servers.main,
    token: async () => `token-${++issued}`,
    fetch: async (_, init) => {
      used.push(new Headers(init.headers).get('Authorization'));
      return Response.json({ results: { state: 'live' }, status: 'ok' });
    },
  });
  await client.getLiveness();
  await client.getLiveness();
  assert.deepEqual(used, ['Bearer token-1', 'Bearer token-2']);

  const failing = new OtpClient({ baseUrl: servers.main, token: () => Promise.reject(new Error('signed out')) });
  await assert.rejects(failing.getMyEmail(), /signed out/);
  await assert.rejects(world.client({ token: null }).getMyEmail(), { name: 'OtpError', status: 401 });
});

test('uses the fetch of the platform where none is given, and forgives a slash at the end of the address', async () => {
  const client = new OtpClient({ baseUrl: `${servers.main}/` });
  assert.deepEqual(await client.getLiveness(), { results: { state: 'live' }, status: 'ok' });
});

test('ends a request whose signal is aborted', async () => {
  const world = new World();
  const started = new AbortController();
  const hanging = new OtpClient({
    baseUrl: servers.main,
    fetch: (_, init) => {
      setImmediate(() => started.abort(new Error('changed my mind')));
      return new Promise((_, reject) => init.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error)));
    },
  });
  await assert.rejects(hanging.getLiveness(started.signal), /changed my mind/);
  await assert.rejects(world.client().getMyEmail(AbortSignal.abort()), { name: 'AbortError' });
  assert.deepEqual(world.exchanges, [], 'nothing was sent');
});

test('throws what fetch throws where nobody answers', async () => {
  const client = new OtpClient({ baseUrl: 'http://127.0.0.1:9' });
  await assert.rejects(client.getLiveness(), TypeError);
});

test('tells how many attempts are left, and how long the lock is', async () => {
  const world = new World();
  const { client, challengeId } = await world.challenged();
  const passcode = wrong(await world.code());
  const error: unknown = await client.verifyMyOtpEmailChallenge(challengeId, { passcode }).catch((reason: unknown) => reason);
  assert.ok(error instanceof OtpError);
  assert.equal(error.code, 'InvalidPasscodeError');
  assert.deepEqual(error.details, { numberOfAttempts: 1, remainingAttempts: 4, isMaxAttempts: false });
  assert.equal(error.retryAfter, undefined);

  await exhaust(() => client.verifyMyOtpEmailChallenge(challengeId, { passcode }));
  await assert.rejects(client.createMyOtpEmailChallenge(), { code: 'TooManyRequestsError', retryAfter: 300 });
});

test('reads both families of errors', async () => {
  const api = { status: 'error', error: { statusCode: 422, name: 'ValidateError', message: 'Not valid', data: { passcode: { message: 'is required' } } } };
  const ofApi = await errorOf(() => Response.json(api, { status: 422, headers: { 'Trace-Id': 'abc' } }));
  assert.deepEqual(
    [ofApi.code, ofApi.message, ofApi.details, ofApi.rpcCode, ofApi.traceId, ofApi.body],
    ['ValidateError', 'Not valid', { passcode: { message: 'is required' } }, undefined, 'abc', api]);

  const rpc = { code: 8, message: 'Too many attempts (COMMAND-S6h4R)', details: [{ '@type': 't', id: 'COMMAND-S6h4R', message: 'Too many attempts' }] };
  const ofRpc = await errorOf(() => Response.json(rpc, { status: 429, headers: { 'Retry-After': '42' } }));
  assert.deepEqual([ofRpc.code, ofRpc.message, ofRpc.details['message'], ofRpc.rpcCode, ofRpc.retryAfter], ['COMMAND-S6h4R', rpc.message, 'Too many attempts', 8, 42]);
  assert.equal(ofRpc.name, 'OtpError');
  assert.ok(ofRpc.stack?.includes('OtpError'));
});

test('reads errors that are not the service\'s', async () => {
  const html = await errorOf(() => new Response('<h1>Bad Gateway</h1>', { status: 502, statusText: 'Bad Gateway' }));
  assert.deepEqual([html.code, html.message, html.body, html.details, html.traceId], [UNKNOWN_ERROR, 'HTTP 502 Bad Gateway', '<h1>Bad Gateway</h1>', {}, undefined]);
  for (const body of ['', 'null', '[]', '{}', '{"error":"invalid_token"}', '{"error":null}', '{"code":"x","details":[]}']) {
    const error = await errorOf(() => new Response(body, { status: 400 }));
    assert.deepEqual([error.code, error.message], [UNKNOWN_ERROR, 'HTTP 400'], body);
  }
  const bare = await errorOf(() => Response.json({ code: 2, message: 'No detail', details: [] }, { status: 500 }));
  assert.deepEqual([bare.code, bare.rpcCode, bare.message], [UNKNOWN_ERROR, 2, 'No detail']);
});

test('reads Retry-After as seconds and as a date', async () => {
  const after = async (value: string): Promise<number | undefined> => (await errorOf(() => new Response('', { status: 503, headers: { 'Retry-After': value } }))).retryAfter;
  assert.equal(await after('0'), 0);
  assert.equal(await after(' 7 '), 7);
  const left = await after(new Date(Date.now() + 60_000).toUTCString());
  assert.ok(left !== undefined && left > 55 && left <= 60, `${left}`);
  assert.equal(await after('Thu, 01 Jan 1970 00:00:00 GMT'), 0);
  assert.equal(await after('soon'), undefined);
  assert.equal(await after(''), undefined);
});

test('escapes what stands in a path or a query', async () => {
  const asked: string[] = [];
  const client = new OtpClient({
    baseUrl: 'http://service.invalid',
    fetch: async (input) => {
      asked.push(input);
      return Response.json({ status: 'ok' });
    },
  });
  await client.unlockOtpEmail('a/../b?c#d');
  await client.listDeliveries(undefined, 'a+b@c.de&state=sent');
  assert.deepEqual(asked, [
    'http://service.invalid/api/v1/users/a%2F..%2Fb%3Fc%23d/otp_email/unlock',
    'http://service.invalid/api/v1/deliveries?email=a%2Bb%40c.de%26state%3Dsent',
  ]);
});

test('types what is there and what may be absent', async () => {
  const answer: EmailStatusResponse = await new World().withEmail().createEmailOneTimePasscode();
  const expiresAt: string | undefined = answer.results.otp?.expiresAt;
  assert.match(expiresAt ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  // @ts-expect-error A code may be absent.
  assert.ok(answer.results.otp.createdAt);
  // @ts-expect-error There is no such member.
  assert.equal(answer.results.code, undefined);
});
