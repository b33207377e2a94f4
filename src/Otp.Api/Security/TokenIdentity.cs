using System.Security.Claims;
using Microsoft.IdentityModel.Tokens;

namespace Otp.Api.Security;

/// <summary>
/// What a remembered token says. Kept are the texts of its claims, those in common with another token once; the claims, which take several times as much memory,
/// are made each time that they are asked for.
/// </summary>
internal sealed class TokenIdentity : CaseSensitiveClaimsIdentity
{
    private readonly Kind[] _kinds;
    private readonly string[] _values;

    /// <param name="identity">What to keep, without the token that the framework ties to it.</param>
    /// <param name="alike">Another, most of whose texts are likely the same.</param>
    public TokenIdentity(ClaimsIdentity identity, TokenIdentity? alike)
        : base([], identity.AuthenticationType, identity.NameClaimType, identity.RoleClaimType)
    {
        Claim[] claims = [.. identity.Claims];
        _kinds = [.. claims.Select(claim => new Kind(claim.Type, claim.ValueType, claim.Issuer))];
        _values = [.. claims.Select(claim => claim.Value)];
        if (alike is not null)
        {
            _kinds = Shared(_kinds, alike._kinds);
            _values = Shared(_values, alike._values);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Claim> Claims =>
        _kinds.Zip(_values, (kind, value) => new Claim(kind.Type, value, kind.ValueType, kind.Issuer, kind.Issuer, this)).Concat(base.Claims);

    /// <inheritdoc/>
    public override ClaimsIdentity Clone() => new CaseSensitiveClaimsIdentity(Claims, AuthenticationType, NameClaimType, RoleClaimType);

    /// <summary>The same, with what is at the same place in another in place of its own.</summary>
    private static T[] Shared<T>(T[] own, T[] other)
        where T : IEquatable<T>
    {
        for (var index = 0; index < Math.Min(own.Length, other.Length); index++)
        {
            own[index] = own[index].Equals(other[index]) ? other[index] : own[index];
        }

        return own.AsSpan().SequenceEqual(other) ? other : own;
    }

    private readonly record struct Kind(string Type, string ValueType, string Issuer);
}
