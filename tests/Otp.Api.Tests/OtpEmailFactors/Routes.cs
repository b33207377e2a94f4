using Otp.TestKit;

namespace Otp.Api.Tests.OtpEmailFactors;

/// <summary>Who may use a route.</summary>
internal enum Access
{
    /// <summary>Everybody with a token, for the own user.</summary>
    Me,

    /// <summary>The user in the route, or a caller with the permission to write.</summary>
    Write,

    /// <summary>The same, and a caller with the permission to read.</summary>
    Read,

    /// <summary>A caller with the permission to write, who is not the user in the route.</summary>
    Administer,

    /// <summary>A caller with the permission to read or to write, whoever it is.</summary>
    ReadUsers,

    /// <summary>A caller with the permission to write, whoever it is.</summary>
    WriteUsers,

    /// <summary>A caller with the permission for every owner, whoever it is.</summary>
    Operate,
}

/// <summary>A route of the service.</summary>
/// <param name="Method">The method.</param>
/// <param name="Pattern">The path as the service declares it.</param>
/// <param name="Access">Who may use it.</param>
/// <param name="Body">A body, or <see langword="null"/> for none.</param>
/// <param name="Admitted">
/// What a caller who is admitted is answered about a user with a verified address that is a ready factor: the HTTP status, and the id or name of the error.
/// </param>
internal sealed record Route(string Method, string Pattern, Access Access, string? Body, string Admitted)
{
    private const string Guess = "00000000";

    /// <summary>All routes that need a token.</summary>
    public static readonly IReadOnlyList<Route> All =
    [
        new("PUT", "api/v1/user/me/email/otp", Access.Me, null, "200"),
        new("GET", "api/v1/user/me/email/status", Access.Me, null, "200"),
        new("POST", "api/v1/user/me/email/verify", Access.Me, """{"passcode":"000000"}""", "200"),
        new("GET", "auth/v1/users/me/email", Access.Me, null, "200"),
        new("PUT", "auth/v1/users/me/email", Access.Me, """{"email":"new@mouse.com"}""", "200"),
        new("POST", "auth/v1/users/me/email/_verify", Access.Me, """{"code":"000000"}""", "400 CODE-woT0xc"),
        new("POST", "auth/v1/users/me/email/_resend_verification", Access.Me, null, "200"),
        new("POST", "auth/v1/users/me/auth_factors/_search", Access.Me, null, "200"),
        new("POST", "auth/v1/users/me/auth_factors/otp_email", Access.Me, null, "409 COMMAND-MKL2s"),
        new("DELETE", "auth/v1/users/me/auth_factors/otp_email", Access.Me, null, "200"),
        new("POST", "api/v1/user/me/otp_email/challenges", Access.Me, null, "200"),
        new("GET", "api/v1/user/me/otp_email/challenges/{challengeId}", Access.Me, null, "200"),
        new("POST", "api/v1/user/me/otp_email/challenges/{challengeId}/resend", Access.Me, null, "429 TooManyRequestsError"),
        new("POST", "api/v1/user/me/otp_email/challenges/{challengeId}/verify", Access.Me, $$"""{"passcode":"{{Guess}}"}""", "400 InvalidPasscodeError"),

        new("POST", "v2/users/{userId}/otp_email", Access.Write, null, "409 COMMAND-MKL2s"),
        new("DELETE", "v2/users/{userId}/otp_email", Access.Write, null, "200"),
        new("POST", "v2beta/users/{userId}/otp_email", Access.Write, null, "409 COMMAND-MKL2s"),
        new("DELETE", "v2beta/users/{userId}/otp_email", Access.Write, null, "200"),
        new("POST", "v2/users/{userId}/email", Access.Write, """{"email":"new@mouse.com"}""", "200"),
        new("POST", "v2/users/{userId}/email/resend", Access.Write, null, "200"),
        new("POST", "v2/users/{userId}/email/send", Access.Write, null, "200"),
        new("POST", "v2/users/{userId}/email/verify", Access.Write, """{"verificationCode":"000000"}""", "400 CODE-woT0xc"),
        new("GET", "v2/users/{userId}/authentication_methods", Access.Read, null, "200"),
        new("POST", "v2/users/{userId}/authentication_factors/_search", Access.Read, null, "200"),
        new("POST", "v3alpha/users/{userId}/otp_email", Access.Write, """{"email":{"address":"second@mouse.com"}}""", "200"),
        new("POST", "v3alpha/users/{userId}/otp_email/{otpEmailId}/verify", Access.Write, $$"""{"code":"{{Guess}}"}""", "400 COMMAND-qRd7y"),
        new("DELETE", "v3alpha/users/{userId}/otp_email/{otpEmailId}", Access.Write, null, "200"),
        new("PUT", "v3alpha/users/{userId}/email", Access.Write, """{"email":{"address":"new@mouse.com"}}""", "200"),
        new("POST", "v3alpha/users/{userId}/email/verify", Access.Write, """{"verificationCode":"000000"}""", "400 CODE-woT0xc"),
        new("POST", "v3alpha/users/{userId}/email/resend", Access.Write, null, "200"),
        new("POST", "api/v1/users/{userId}/otp_email/challenges", Access.Write, null, "200"),
        new("GET", "api/v1/users/{userId}/otp_email/challenges/{challengeId}", Access.Write, null, "200"),
        new("POST", "api/v1/users/{userId}/otp_email/challenges/{challengeId}/resend", Access.Write, null, "429 TooManyRequestsError"),
        new("POST", "api/v1/users/{userId}/otp_email/challenges/{challengeId}/verify", Access.Write, $$"""{"passcode":"{{Guess}}"}""", "400 InvalidPasscodeError"),
        new("POST", "api/v1/users/{userId}/otp_email/unlock", Access.Administer, null, "200"),

        new("GET", "api/v1/deliveries", Access.ReadUsers, null, "200"),
        new("POST", "api/v1/deliveries/{deliveryId}/retry", Access.WriteUsers, null, "404 NotFoundError There is no such delivery"),
        new("GET", "api/v1/audit", Access.ReadUsers, null, "200"),
        new("GET", "api/v1/suppressions", Access.Operate, null, "200"),
        new("DELETE", "api/v1/suppressions/{email}", Access.Operate, null, "422 ValidateError"),
    ];

    /// <summary>Whether a user stands in the path.</summary>
    public bool IsAboutAUser => Pattern.Contains("{userId}", StringComparison.Ordinal);

    public string Name => $"{Method} {Pattern}";

    private bool IsRpc => !Pattern.StartsWith("api/", StringComparison.Ordinal);

    /// <summary>The token is missing or bad.</summary>
    public string Unauthorized => IsRpc ? "401 AUTH-7fs1e" : "401 AuthorizationError";

    /// <summary>The token does not permit it.</summary>
    public string Forbidden => IsRpc ? "403 AUTH-HKJwe" : "403 ForbiddenError";

    /// <summary>The user does not exist, or not for the caller.</summary>
    public string UserNotFound => IsRpc ? "404 COMMAND-ieJ2e" : "404 NotFoundError User could not be found";

    /// <summary>Sends the request about a user.</summary>
    public async Task<OtpAnswer> SendAsync(OtpCaller caller, string userId, string challengeId, string otpEmailId)
    {
        var path = Pattern.Replace("{userId}", userId, StringComparison.Ordinal)
            .Replace("{challengeId}", challengeId, StringComparison.Ordinal)
            .Replace("{otpEmailId}", otpEmailId, StringComparison.Ordinal);
        return Body is null ? await caller.SendAsync(new HttpMethod(Method), path) : await caller.SendTextAsync(new HttpMethod(Method), path, Body);
    }

    /// <summary>An answer in short.</summary>
    public string Sum(OtpAnswer answer)
    {
        var status = (int)answer.Status;
        if (status < 400)
        {
            return $"{status}";
        }

        return IsRpc ? $"{status} {answer.RpcId}"
            : answer.ErrorName == "NotFoundError" ? $"{status} {answer.ErrorName} {answer.Error["message"]}"
            : $"{status} {answer.ErrorName}";
    }
}
