// The client drives every operation of the OpenAPI document, with success and each error that the document lists for it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { OtpError, type OtpClient } from 'otp-client';
import { operations, type Case, type ErrorCase, type Operation } from './operations.js';
import { servers, World, type As } from './world.js';
import './behaviour.js';

interface Described {
  operationId: string;
  method: string;
  path: string;
  statuses: number[];
  hasBody: boolean;
}

const document = JSON.parse(readFileSync(new URL('../../../../docs/openapi/v1.json', import.meta.url), 'utf8')) as {
  paths: Record<string, Record<string, { operationId?: string; responses: object; requestBody?: object }>>;
};

const described: Described[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).flatMap(([method, operation]) =>
    operation.operationId === undefined
      ? []
      : [{ operationId: operation.operationId, method: method.toUpperCase(), path, statuses: Object.keys(operation.responses).map(Number), hasBody: operation.requestBody !== undefined }]),
);

/** The codes of the errors that every operation of a family answers alike. */
const common: Record<'api' | 'rpc', Record<number, string>> = {
  api: {
    401: 'AuthorizationError', 403: 'ForbiddenError', 406: 'NotAcceptableError', 413: 'PayloadTooLargeError', 415: 'UnsupportedMediaTypeError',
    429: 'TooManyRequestsError', 500: 'UnexpectedServerError', 503: 'ServiceUnavailableError',
  },
  rpc: {
    401: 'AUTH-7fs1e', 403: 'AUTH-HKJwe', 406: 'REQUEST-aC06t', 413: 'REQUEST-sZ13e', 415: 'REQUEST-mD15a',
    429: 'REQUEST-cL08s', 500: 'INTERNAL-f0Lt5', 503: 'INTERNAL-aW4yD',
  },
};

const rpcCodes: Record<number, number[]> = { 400: [3, 9], 401: [16], 403: [7], 404: [5], 406: [3], 409: [6, 10], 413: [3], 415: [3], 429: [8], 500: [13], 503: [14] };

before(async () => {
  // Uses up what one client may do there.
  const world = new World();
  const client = world.withEmail({ server: servers.limited });
  await client.createEmailOneTimePasscode();
  await client.verifyEmail({ passcode: '000000' });
});

test('every operation of the document has its tests, and no other has', () => {
  assert.deepEqual(Object.keys(operations).sort(), described.map((item) => item.operationId).sort());
});

for (const item of described) {
  const operation = operations[item.operationId];
  if (operation === undefined) continue;
  test(`${item.operationId} 200`, async () => {
    const world = new World();
    assert.ok(await operation.ok(world));
    assertAsked(world, item, 200);
  });

  for (const status of item.statuses.filter((listed) => listed >= 400)) {
    test(`${item.operationId} ${status}`, async () => {
      const cases = casesOf(item, operation, status);
      assert.notEqual(cases.length, 0, 'no test provokes it');
      for (const [code, call] of cases) {
        const world = new World();
        const error = await refusal(call, world);
        assertAsked(world, item, status);
        assertError(item, error, status, code);
      }
    });
  }
}

function casesOf(item: Described, operation: Operation, status: number): ErrorCase[] {
  const own = operation.errors?.[status] ?? [];
  const code = common[familyOf(item)][status];
  const call = commonCall(item, operation, status);
  return code !== undefined && call !== undefined && own.every(([ownCode]) => ownCode !== code) ? [...own, [code, call]] : own;
}

/** How an error is provoked that is alike for all operations. */
function commonCall(item: Described, operation: Operation, status: number): Case | undefined {
  const withToken = operation.by !== 'anyone';
  const as = (overrides: As): Case => async (world) => {
    // Only of users that it knows may an operator learn anything.
    if (operation.by === 'operator') await world.addressed();
    return operation.call(caller(world, operation, overrides), world);
  };
  switch (status) {
    case 401: return withToken ? as({ token: null }) : undefined;
    case 403:
      if (item.path.includes('{userId}')) return (world) => operation.call(world.stranger(), world);
      return withToken && operation.by !== 'user' ? as({ permissions: [] }) : undefined;
    case 406: return as({ headers: { Accept: 'text/html' } });
    case 413: return withToken ? as({ body: JSON.stringify({ email: 'x'.repeat(20_000) }) }) : undefined;
    case 415: return as({ headers: { 'Content-Type': 'text/plain' } });
    case 429: return as({ server: servers.limited });
    case 500: return as({ headers: { 'X-Test-Fault': '1' } });
    case 503: return as({ server: servers.broken });
    default: return undefined;
  }
}

function caller(world: World, operation: Operation, as: As): OtpClient {
  switch (operation.by) {
    case 'anyone': return world.client({ token: null, ...as });
    case 'user': return world.client({ ...(isAboutEmail(operation) ? { email: world.email } : {}), ...as });
    case 'operator': return world.operator(as);
    case 'reader': return world.reader(as);
    case 'instance': return world.ofAllOwners(as);
  }
}

function isAboutEmail(operation: Operation): boolean {
  return [operations['CreateEmailOneTimePasscode'], operations['GetEmailVerificationStatus'], operations['VerifyEmail']].includes(operation);
}

function familyOf(item: Described): 'api' | 'rpc' {
  return /^\/(auth\/v1|v2|v2beta|v3alpha)\//.test(item.path) ? 'rpc' : 'api';
}

async function refusal(call: Case, world: World): Promise<OtpError> {
  try {
    await call(world);
  } catch (error) {
    if (error instanceof OtpError) return error;
    throw error;
  }
  return assert.fail('the service refused nothing');
}

/** The last request was this operation's, and was answered so. */
function assertAsked(world: World, item: Described, status: number): void {
  const last = world.exchanges.at(-1);
  assert.ok(last, 'something was asked');
  const pattern = new RegExp(`^${item.path.replace(/\{[^}]+\}/g, '[^/]+')}$`);
  assert.deepEqual([last.method, pattern.test(last.path), last.status], [item.method, true, status], `the last request was ${last.method} ${last.path}: ${last.status}`);
}

function assertError(item: Described, error: OtpError, status: number, code: string): void {
  assert.equal(error.status, status);
  assert.equal(error.code, code);
  assert.ok(error.message.length > 5, error.message);
  assert.match(error.traceId ?? '', /^[0-9a-f]{32}$/);
  assert.equal(error.retryAfter !== undefined, status === 429 || status === 503, `retryAfter is ${error.retryAfter}`);
  if (error.retryAfter !== undefined) assert.ok(error.retryAfter > 0 && Number.isInteger(error.retryAfter));
  if (familyOf(item) === 'rpc') {
    assert.ok(rpcCodes[status]?.includes(error.rpcCode ?? -1), `the code is ${error.rpcCode}`);
    assert.equal(error.details['id'], code);
  } else {
    assert.equal(error.rpcCode, undefined);
    if (status === 422) assert.notDeepEqual(error.details, {}, 'it names the members');
  }
}

