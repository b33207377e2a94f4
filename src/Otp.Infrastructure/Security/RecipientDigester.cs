using System.Security.Cryptography;
using System.Text;
using Otp.Domain.Emails;

namespace Otp.Infrastructure.Security;

/// <summary>
/// HMAC-SHA-256 (RFC 2104) of an address: mails to it can be found again by whoever has the keys, and a copy of the database alone names nobody.
/// </summary>
internal sealed class RecipientDigester(ProtectionKeyRing keys)
{
    /// <summary>Bytes of a digest.</summary>
    public const int Length = HMACSHA256.HashSizeInBytes;

    /// <summary>The digest that is stored now.</summary>
    public byte[] Digest(EmailAddress address) => Digest(keys.RecipientKeys[0], address);

    /// <summary>The digests under which mails to an address may be stored: one for each key that is configured.</summary>
    public IReadOnlyList<byte[]> AllDigests(EmailAddress address) => [.. keys.RecipientKeys.Select(key => Digest(key, address))];

    private static byte[] Digest(byte[] key, EmailAddress address) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(address.Canonical));
}
