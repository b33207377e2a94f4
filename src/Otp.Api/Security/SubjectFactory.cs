using System.Globalization;
using System.Security.Claims;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Otp.Application.Common;
using Otp.Domain.Emails;
using Otp.Domain.EmailVerifications;

namespace Otp.Api.Security;

/// <summary>Reads from token and route which user a request is about.</summary>
internal sealed partial class SubjectFactory(IOptions<IdentityOptions> options)
{
    /// <summary>The route value that names another user.</summary>
    public const string UserIdRouteValue = "userId";

    private const int MaxLanguages = 10;

    /// <summary>Whether a token names a subject that can be a user id.</summary>
    public static bool HasSubject(ClaimsPrincipal principal) => SubjectOf(principal).Length > 0;

    /// <summary>The user that a token names; empty where it names none.</summary>
    public static string SubjectOf(ClaimsPrincipal principal) => principal is TokenPrincipal token ? token.Subject ??= ReadSubject(principal) : ReadSubject(principal);

    /// <summary>The user in the route, or <see langword="null"/> where the route is about the caller.</summary>
    public static string? UserInRoute(HttpContext context) => context.GetRouteValue(UserIdRouteValue) as string;

    /// <summary>The user that the request is about. That the caller may ask for another user is checked before, by the policy of the route.</summary>
    public Subject Create(HttpContext context)
    {
        var languages = PreferredLanguagesOf(context.Request);
        return UserInRoute(context) is { } userId && userId != SubjectOf(context.User)
            ? new Subject(userId, null, languages)
            : Subject.Self(IdentityOf(context.User), languages);
    }

    private static string? SingleOrNull(ClaimsPrincipal principal, string type)
    {
        Claim? found = null;
        foreach (var claim in principal.Claims)
        {
            if (claim.Type == type)
            {
                if (found is not null)
                {
                    return null;
                }

                found = claim;
            }
        }

        return found?.Value;
    }

    private static IReadOnlyList<string> PreferredLanguagesOf(HttpRequest request) =>
        request.Headers.AcceptLanguage.Count == 0 ? [] : [.. request.GetTypedHeaders().AcceptLanguage
            .Where(language => language.Quality is not 0)
            .OrderByDescending(language => language.Quality ?? 1)
            .Select(language => LanguageOrNull(language.Value.Value))
            .OfType<string>()
            .Take(MaxLanguages)];

    /// <summary>A language tag, or <see langword="null"/>. Some identity providers write <c>de_DE</c> for <c>de-DE</c>.</summary>
    private static string? LanguageOrNull(string? tag) =>
        tag is { Length: <= UserIdentity.MaxLocaleLength } && LanguageTag().IsMatch(tag.Replace('_', '-')) ? tag.Replace('_', '-') : null;

    private static DateTimeOffset IssuedAtOf(ClaimsPrincipal principal) =>
        long.TryParse(SingleOrNull(principal, JwtRegisteredClaimNames.Iat), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : DateTimeOffset.UnixEpoch;

    /// <summary>A name as both databases can store it: without control characters (PostgreSQL takes no NUL), and not cut inside a surrogate pair.</summary>
    private static string? DisplayNameOf(string? claim)
    {
        if (claim is null)
        {
            return null;
        }

        var name = string.Concat(claim.Where(c => !char.IsControl(c))).Trim();
        var length = Math.Min(name.Length, UserIdentity.MaxDisplayNameLength);
        return name[..(length > 0 && char.IsHighSurrogate(name[length - 1]) ? length - 1 : length)];
    }

    private static string ReadSubject(ClaimsPrincipal principal) =>
        SingleOrNull(principal, JwtRegisteredClaimNames.Sub) is { Length: > 0 and <= UserIdentity.MaxUserIdLength } sub
            && !string.IsNullOrWhiteSpace(sub) && !sub.Any(char.IsControl)
            ? sub
            : "";

    private UserIdentity IdentityOf(ClaimsPrincipal principal) => principal is TokenPrincipal token ? token.UserIdentity ??= ReadIdentity(principal) : ReadIdentity(principal);

    private UserIdentity ReadIdentity(ClaimsPrincipal principal)
    {
        var settings = options.Value;
        var owner = settings.EffectiveResourceOwnerClaims
            .Select(claim => SingleOrNull(principal, claim))
            .FirstOrDefault(value => value is { Length: > 0 and <= UserIdentity.MaxResourceOwnerLength } && !value.Any(char.IsControl));
        var name = DisplayNameOf(SingleOrNull(principal, settings.NameClaim));
        return new UserIdentity(SingleOrNull(principal, JwtRegisteredClaimNames.Sub)!, IssuedAtOf(principal))
        {
            ResourceOwner = owner ?? settings.DefaultResourceOwner,
            StatesResourceOwner = owner is not null,
            Email = EmailAddress.TryParse(SingleOrNull(principal, settings.EmailClaim), out var email) ? email : null,
            IsEmailTrusted = settings.TrustEmailVerifiedClaim
                && string.Equals(SingleOrNull(principal, JwtRegisteredClaimNames.EmailVerified), "true", StringComparison.OrdinalIgnoreCase),
            DisplayName = name,
            Locale = LanguageOrNull(SingleOrNull(principal, settings.LocaleClaim)),
        };
    }

    [GeneratedRegex(@"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\z")]
    private static partial Regex LanguageTag();
}
