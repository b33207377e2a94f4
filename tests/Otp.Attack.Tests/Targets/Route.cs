using System.Net;
using Otp.TestKit;

namespace Otp.Attack.Tests.Targets;

/// <summary>What a route is about.</summary>
public enum RouteKind
{
    /// <summary>The caller itself.</summary>
    Me,

    /// <summary>A user.</summary>
    User,

    /// <summary>What only some permission opens.</summary>
    Permission,

    /// <summary>Everybody.</summary>
    Open,
}

/// <summary>A route as <c>spec/api.md</c> has it, and a body that it takes.</summary>
public sealed record Route(string Method, string Pattern, RouteKind Kind, string? Body = null)
{
    private const string Passcode = """{"passcode":"00000000"}""";
    private const string Code = """{"code":"00000000"}""";
    private const string VerificationCode = """{"verificationCode":"000000"}""";

    public static IReadOnlyList<Route> All { get; } =
    [
        new("PUT", "/api/v1/user/me/email/otp", RouteKind.Me),
        new("GET", "/api/v1/user/me/email/status", RouteKind.Me),
        new("POST", "/api/v1/user/me/email/verify", RouteKind.Me, """{"passcode":"000000"}"""),
        new("GET", "/auth/v1/users/me/email", RouteKind.Me),
        new("PUT", "/auth/v1/users/me/email", RouteKind.Me, """{"email":"changed@mouse.example"}"""),
        new("POST", "/auth/v1/users/me/email/_verify", RouteKind.Me, """{"code":"000000"}"""),
        new("POST", "/auth/v1/users/me/email/_resend_verification", RouteKind.Me),
        new("POST", "/auth/v1/users/me/auth_factors/_search", RouteKind.Me),
        new("POST", "/auth/v1/users/me/auth_factors/otp_email", RouteKind.Me),
        new("DELETE", "/auth/v1/users/me/auth_factors/otp_email", RouteKind.Me),
        new("POST", "/api/v1/user/me/otp_email/challenges", RouteKind.Me, "{}"),
        new("GET", "/api/v1/user/me/otp_email/challenges/{challengeId}", RouteKind.Me),
        new("POST", "/api/v1/user/me/otp_email/challenges/{challengeId}/resend", RouteKind.Me),
        new("POST", "/api/v1/user/me/otp_email/challenges/{challengeId}/verify", RouteKind.Me, Passcode),

        new("POST", "/v2/users/{userId}/otp_email", RouteKind.User),
        new("DELETE", "/v2/users/{userId}/otp_email", RouteKind.User),
        new("POST", "/v2beta/users/{userId}/otp_email", RouteKind.User),
        new("DELETE", "/v2beta/users/{userId}/otp_email", RouteKind.User),
        new("POST", "/v2/users/{userId}/email", RouteKind.User, """{"email":"changed@mouse.example"}"""),
        new("POST", "/v2/users/{userId}/email/resend", RouteKind.User, "{}"),
        new("POST", "/v2/users/{userId}/email/send", RouteKind.User, "{}"),
        new("POST", "/v2/users/{userId}/email/verify", RouteKind.User, VerificationCode),
        new("GET", "/v2/users/{userId}/authentication_methods", RouteKind.User),
        new("POST", "/v2/users/{userId}/authentication_factors/_search", RouteKind.User, "{}"),
        new("POST", "/v3alpha/users/{userId}/otp_email", RouteKind.User, """{"email":{"address":"changed@mouse.example"}}"""),
        new("POST", "/v3alpha/users/{userId}/otp_email/{otpEmailId}/verify", RouteKind.User, Code),
        new("DELETE", "/v3alpha/users/{userId}/otp_email/{otpEmailId}", RouteKind.User),
        new("PUT", "/v3alpha/users/{userId}/email", RouteKind.User, """{"email":{"address":"changed@mouse.example"}}"""),
        new("POST", "/v3alpha/users/{userId}/email/verify", RouteKind.User, VerificationCode),
        new("POST", "/v3alpha/users/{userId}/email/resend", RouteKind.User, "{}"),
        new("POST", "/api/v1/users/{userId}/otp_email/challenges", RouteKind.User, "{}"),
        new("GET", "/api/v1/users/{userId}/otp_email/challenges/{challengeId}", RouteKind.User),
        new("POST", "/api/v1/users/{userId}/otp_email/challenges/{challengeId}/resend", RouteKind.User, "{}"),
        new("POST", "/api/v1/users/{userId}/otp_email/challenges/{challengeId}/verify", RouteKind.User, Passcode),
        new("POST", "/api/v1/users/{userId}/otp_email/unlock", RouteKind.User),

        new("GET", "/api/v1/deliveries", RouteKind.Permission),
        new("POST", "/api/v1/deliveries/{deliveryId}/retry", RouteKind.Permission),
        new("GET", "/api/v1/audit", RouteKind.Permission),
        new("GET", "/api/v1/suppressions", RouteKind.Permission),
        new("DELETE", "/api/v1/suppressions/{email}", RouteKind.Permission),

        new("POST", "/webhooks/sendgrid/events", RouteKind.Open, "[]"),
        new("GET", "/health/live", RouteKind.Open),
        new("GET", "/health/ready", RouteKind.Open),
    ];

    public string Name => $"{Method} {Pattern}";

    /// <summary>The path with what it is about.</summary>
    public string PathOf(string user, string challenge, string factor, string delivery = "x", string email = "x@mouse.example") =>
        Pattern.Replace("{userId}", user, StringComparison.Ordinal).Replace("{challengeId}", challenge, StringComparison.Ordinal)
            .Replace("{otpEmailId}", factor, StringComparison.Ordinal).Replace("{deliveryId}", delivery, StringComparison.Ordinal)
            .Replace("{email}", Uri.EscapeDataString(email), StringComparison.Ordinal).TrimStart('/');

    /// <summary>Sends it.</summary>
    public Task<OtpAnswer> SendAsync(OtpCaller caller, string path) =>
        Body is null ? caller.SendAsync(new HttpMethod(Method), path) : caller.SendTextAsync(new HttpMethod(Method), path, Body);
}

internal static class AnswerComparison
{
    /// <summary>All of an answer that a caller can see, without what is another one each time.</summary>
    public static string Seen(this OtpAnswer answer) => $"{(int)answer.Status} {answer.Text}\n"
        + string.Join('\n', answer.Headers.Where(header => header.Key is not ("Date" or "Trace-Id")).OrderBy(header => header.Key, StringComparer.OrdinalIgnoreCase).Select(header => $"{header.Key}: {header.Value}"));

    public static bool IsSuccess(this HttpStatusCode status) => (int)status is >= 200 and < 300;
}
