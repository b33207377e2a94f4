import { OtpError } from './errors.js';
import { OtpOperations } from './generated/operations.js';

export interface OtpClientOptions {
  /** Where the service is, such as `https://otp.example.com`. In a page that the service's own host serves, `''`. */
  baseUrl: string;
  /** The bearer token; asked for before each request, so that it can be renewed. Only the health checks and the webhook need none. */
  token?: () => string | Promise<string>;
  /** What sends the requests, where it is not the platform's `fetch`: to add a header, a proxy, a time limit. */
  fetch?: (input: string, init: RequestInit) => Promise<Response>;
}

/**
 * All operations of the service, one method each, named as in its OpenAPI document. The last parameter of each is an `AbortSignal`. What is answered with
 * another status than success is thrown as an {@link OtpError}.
 */
export class OtpClient extends OtpOperations {
  constructor(options: OtpClientOptions) {
    super(options.baseUrl.replace(/\/+$/, ''), { fetch: (url, init) => send(options, url, init ?? {}) });
  }
}

async function send(options: OtpClientOptions, url: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers);
  if (options.token) headers.set('Authorization', `Bearer ${await options.token()}`);
  const request = { ...init, headers };
  const response = await (options.fetch ? options.fetch(url, request) : fetch(url, request));
  if (!response.ok) throw new OtpError(response, await response.text());
  return response;
}
