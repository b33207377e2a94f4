export { OtpClient, type OtpClientOptions } from './client.js';
export { OtpError, UNKNOWN_ERROR, type ApiError, type OtpErrorName, type RpcError, type RpcErrorDetail } from './errors.js';
export type * from './generated/operations.js';
