using Otp.Domain.EmailVerifications;

namespace Otp.Application.Common;

/// <summary>Who makes a request about the own account.</summary>
/// <param name="Identity">What the caller's token says.</param>
/// <param name="PreferredLanguage">The language that the request prefers, for mails to a user whose token names none.</param>
public sealed record Caller(UserIdentity Identity, string? PreferredLanguage);
