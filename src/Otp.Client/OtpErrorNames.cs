namespace Otp.Client;

/// <summary>The names of errors, as <see cref="OtpException.Name"/> has them: all that the service's description names.</summary>
public static class OtpErrorNames
{
    /// <summary>Errors under <c>/api/v1</c>.</summary>
    public static class ApiV1
    {
        /// <summary>The body is not JSON, or a member has the wrong JSON type.</summary>
        public const string Malformed = "ParameterError";

        /// <summary>The passcode of a challenge is wrong; <c>remainingAttempts</c> in the details says how many guesses are left.</summary>
        public const string InvalidPasscode = "InvalidPasscodeError";

        /// <summary>The passcode of a challenge is expired.</summary>
        public const string PasscodeExpired = "PasscodeExpiredError";

        /// <summary>The bearer token is missing or not valid.</summary>
        public const string Unauthorized = "AuthorizationError";

        /// <summary>The token does not permit this.</summary>
        public const string Forbidden = "ForbiddenError";

        /// <summary>It does not exist, or not for this caller.</summary>
        public const string NotFound = "NotFoundError";

        /// <summary>The caller does not accept JSON.</summary>
        public const string NotAcceptable = "NotAcceptableError";

        /// <summary>The state forbids it.</summary>
        public const string Conflict = "ConflictError";

        /// <summary>The body is too large.</summary>
        public const string PayloadTooLarge = "PayloadTooLargeError";

        /// <summary>The body is not declared as JSON.</summary>
        public const string UnsupportedMediaType = "UnsupportedMediaTypeError";

        /// <summary>A member is unknown, missing, null or badly shaped; the details map its name to what is wrong.</summary>
        public const string Invalid = "ValidateError";

        /// <summary>Too soon or too often; see <see cref="OtpException.RetryAfter"/>.</summary>
        public const string TooManyRequests = "TooManyRequestsError";

        /// <summary>A fault of the service.</summary>
        public const string ServerFault = "UnexpectedServerError";

        /// <summary>The database is away; see <see cref="OtpException.RetryAfter"/>.</summary>
        public const string Unavailable = "ServiceUnavailableError";
    }

    /// <summary>Errors under <c>/auth/v1</c>, <c>/v2</c>, <c>/v2beta</c> and <c>/v3alpha</c>: the ids of their details.</summary>
    public static class Ids
    {
        /// <summary>The code is wrong, or there is none to verify.</summary>
        public const string CodeInvalid = "CODE-woT0xc";

        /// <summary>The code is empty.</summary>
        public const string CodeEmpty = "COMMAND-SJl2g";

        /// <summary>The code is expired.</summary>
        public const string CodeExpired = "CODE-QvUQ4P";

        /// <summary>Locked after too many wrong codes; see <see cref="OtpException.RetryAfter"/>.</summary>
        public const string Locked = "COMMAND-S6h4R";

        /// <summary>Within the resend interval; see <see cref="OtpException.RetryAfter"/>.</summary>
        public const string TooSoon = "COMMAND-tN4sQ";

        /// <summary>Too many mails to the address; see <see cref="OtpException.RetryAfter"/>.</summary>
        public const string TooManyMails = "COMMAND-hB8vW";

        /// <summary>The address cannot receive mail.</summary>
        public const string AddressSuppressed = "COMMAND-sP9xR";

        /// <summary>The address is unchanged.</summary>
        public const string AddressUnchanged = "COMMAND-2b7fM";

        /// <summary>The identity provider owns the address.</summary>
        public const string AddressOwnedByProvider = "COMMAND-pR5oW";

        /// <summary>The address is not verified.</summary>
        public const string AddressNotVerified = "COMMAND-KLJ2d";

        /// <summary>The factor is there already.</summary>
        public const string FactorExists = "COMMAND-MKL2s";

        /// <summary>The factor is registered already.</summary>
        public const string FactorReady = "COMMAND-qRd7y";

        /// <summary>The user has as many factors as allowed.</summary>
        public const string TooManyFactors = "COMMAND-x9LmF";

        /// <summary>There is no such factor.</summary>
        public const string FactorNotFound = "COMMAND-b312D";

        /// <summary>No address is known.</summary>
        public const string AddressNotFound = "COMMAND-2M9fs";

        /// <summary>The user is unknown, or of another organisation.</summary>
        public const string UserNotFound = "COMMAND-ieJ2e";

        /// <summary>The bearer token is missing or not valid.</summary>
        public const string TokenInvalid = "AUTH-7fs1e";

        /// <summary>The token does not permit this.</summary>
        public const string PermissionDenied = "AUTH-HKJwe";

        /// <summary>A member is badly shaped.</summary>
        public const string RequestInvalid = "REQUEST-v4LdM";

        /// <summary>The body is not JSON.</summary>
        public const string RequestMalformed = "REQUEST-jS0nX";

        /// <summary>The caller does not accept JSON.</summary>
        public const string RequestNotAcceptable = "REQUEST-aC06t";

        /// <summary>The body is too large.</summary>
        public const string RequestTooLarge = "REQUEST-sZ13e";

        /// <summary>The body is not declared as JSON.</summary>
        public const string RequestNotJson = "REQUEST-mD15a";

        /// <summary>Too many requests from one address; see <see cref="OtpException.RetryAfter"/>.</summary>
        public const string TooManyRequestsOfClient = "REQUEST-cL08s";

        /// <summary>A fault of the service.</summary>
        public const string InternalFault = "INTERNAL-f0Lt5";

        /// <summary>The database is away; see <see cref="OtpException.RetryAfter"/>.</summary>
        public const string InternalUnavailable = "INTERNAL-aW4yD";
    }
}
