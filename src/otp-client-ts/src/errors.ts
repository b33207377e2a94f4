/** The errors of `/api/v1`, of the health checks and of all that belongs to no family. */
export interface ApiError {
  status: 'error';
  error: {
    statusCode: number;
    name: OtpErrorName;
    message: string;
    data: Record<string, unknown>;
  };
}

/** The errors of `/auth/v1`, `/v2`, `/v2beta` and `/v3alpha`: a google.rpc.Status. */
export interface RpcError {
  /** The google.rpc.Code. */
  code: number;
  /** For a person; ends with the id. */
  message: string;
  details: RpcErrorDetail[];
}

export interface RpcErrorDetail {
  '@type'?: string;
  /** Names the error, such as `COMMAND-S6h4R`. */
  id: string;
  message: string;
}

/** The names of the errors of `/api/v1`; a later version of the service may know more. */
export type OtpErrorName =
  | 'ParameterError'
  | 'InvalidPasscodeError'
  | 'PasscodeExpiredError'
  | 'AuthorizationError'
  | 'ForbiddenError'
  | 'NotFoundError'
  | 'MethodNotAllowedError'
  | 'NotAcceptableError'
  | 'ConflictError'
  | 'PayloadTooLargeError'
  | 'UnsupportedMediaTypeError'
  | 'ValidateError'
  | 'TooManyRequestsError'
  | 'UnexpectedServerError'
  | 'ServiceUnavailableError'
  | (string & {});

/** The code of an answer that is not of the service but of something before it, such as a proxy. */
export const UNKNOWN_ERROR = 'UnknownError';

interface OtpErrorParts {
  code: OtpErrorName;
  message: string;
  rpcCode?: number;
  details: Record<string, unknown>;
  body: unknown;
}

/** The service refused, or something before it did. What never got an answer is no `OtpError`: `fetch` throws a `TypeError`, an abort its reason. */
export class OtpError extends Error {
  override readonly name = 'OtpError';
  /** The HTTP status. */
  readonly status: number;
  /** What happened: a name such as `TooManyRequestsError` (`/api/v1`) or an id such as `COMMAND-S6h4R` (all other families). */
  readonly code: OtpErrorName;
  /** The google.rpc.Code; absent in errors of `/api/v1`. */
  readonly rpcCode: number | undefined;
  /** More about it: `data` of an error of `/api/v1`, such as `{ remainingAttempts: 4, … }`; else the first of the details. */
  readonly details: Readonly<Record<string, unknown>>;
  /** After how many seconds it is worth trying again; absent where waiting does not help. */
  readonly retryAfter: number | undefined;
  /** What to name to who runs the service. */
  readonly traceId: string | undefined;
  /** The body as it came, parsed where it is JSON. */
  readonly body: ApiError | RpcError | unknown;

  /** Made by the client alone. */
  constructor(response: Response, text: string) {
    const parts = read(response, text);
    super(parts.message);
    this.status = response.status;
    this.code = parts.code;
    this.rpcCode = parts.rpcCode;
    this.details = parts.details;
    this.retryAfter = seconds(response.headers.get('Retry-After'));
    this.traceId = response.headers.get('Trace-Id') ?? undefined;
    this.body = parts.body;
  }
}

function read(response: Response, text: string): OtpErrorParts {
  const body = parse(text);
  if (isRecord(body) && isRecord(body['error']) && typeof body['error']['name'] === 'string') {
    const { name, message, data } = body['error'];
    return { code: name as OtpErrorName, message: String(message), details: isRecord(data) ? data : {}, body };
  }

  if (isRecord(body) && typeof body['code'] === 'number' && Array.isArray(body['details'])) {
    const first: unknown = body['details'][0];
    const details = isRecord(first) ? first : {};
    return { code: typeof details['id'] === 'string' ? details['id'] : UNKNOWN_ERROR, message: String(body['message']), rpcCode: body['code'], details, body };
  }

  return { code: UNKNOWN_ERROR, message: `HTTP ${response.status} ${response.statusText}`.trimEnd(), details: {}, body };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The service says seconds; what stands before it may say a date. */
function seconds(header: string | null): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - Date.now()) / 1000));
}
