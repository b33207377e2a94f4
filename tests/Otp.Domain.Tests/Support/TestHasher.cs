using System.Security.Cryptography;
using System.Text;
using Otp.Domain.Emails;
using Otp.Domain.Passcodes;

namespace Otp.Domain.Tests.Support;

/// <summary>Stands in for the HMAC: not secret, but bound to the same things (rule 2).</summary>
internal static class TestHasher
{
    public const string KeyId = "key-1";

    public static PasscodeHash Hash(PasscodeBinding binding, string code, string keyId = KeyId) => new(
        keyId,
        SHA256.HashData(Encoding.UTF8.GetBytes(
            $"{keyId}|{binding.Purpose}|{binding.UserId}|{binding.Address.Canonical}|{binding.SubjectId}|{code}")));

    /// <summary>The hash of a code that proves <paramref name="address"/> to be the user's.</summary>
    public static PasscodeHash HashForVerification(EmailAddress address, string code, string userId = Some.UserId) =>
        Hash(new PasscodeBinding(PasscodePurpose.EmailVerification, userId, address, Guid.Empty), code);
}
