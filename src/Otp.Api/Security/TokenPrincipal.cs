using System.Security.Claims;
using Otp.Domain.EmailVerifications;

namespace Otp.Api.Security;

/// <summary>Whom a remembered token stands for, and what was read of its claims, each once and by the class that reads it. All its requests share it.</summary>
internal sealed class TokenPrincipal(IEnumerable<ClaimsIdentity> identities) : ClaimsPrincipal(identities)
{
    /// <inheritdoc cref="SubjectFactory.SubjectOf"/>
    public string? Subject { get; set; }

    /// <summary>What the token says of its user.</summary>
    public UserIdentity? UserIdentity { get; set; }

    /// <summary>What it permits.</summary>
    public string[]? Permissions { get; set; }

    /// <summary>The same for one request, which may add claims to it.</summary>
    public ClaimsPrincipal Copy() => new(Identities.Select(identity => identity.Clone()));
}
