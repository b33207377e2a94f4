using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Otp.Application.Common.Ports;
using Otp.Domain.Common;
using Otp.Domain.Passcodes;

namespace Otp.Infrastructure.Security;

/// <summary>
/// HMAC-SHA-256 (RFC 2104) over purpose, user, address, subject and code, each with its length before it, so that no two different bindings give the same input.
/// </summary>
internal sealed class HmacPasscodeHasher(ProtectionKeyRing keys, TimeProvider time) : IPasscodeHasher
{
    public PasscodeHash Hash(Passcode passcode, PasscodeBinding binding) => Compute(keys.CurrentId, passcode, binding);

    public PasscodeHash HashGuess(Passcode guess, PasscodeBinding binding, IssuedPasscode? issued)
    {
        if (issued is null || keys.Has(issued.Hash.KeyId))
        {
            return Compute(issued?.Hash.KeyId ?? keys.CurrentId, guess, binding);
        }

        // No guess can be judged here, and to count a right one as wrong would be unjust. What has expired fails anyway, under whatever key.
        return issued.IsExpiredAt(time.Now()) ? Compute(keys.CurrentId, guess, binding) : throw new MissingKeyException(issued.Hash.KeyId);
    }

    private PasscodeHash Compute(string keyId, Passcode passcode, PasscodeBinding binding)
    {
        var key = keys.GetPasscodeKey(keyId);
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        Append(hmac, binding.Purpose.ToString());
        Append(hmac, binding.UserId);
        Append(hmac, binding.Address.Canonical);
        Append(hmac, binding.SubjectId.ToString("N"));
        Append(hmac, passcode.Reveal());
        return new PasscodeHash(keyId, hmac.GetHashAndReset());
    }

    private static void Append(IncrementalHash hmac, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        hmac.AppendData(length);
        hmac.AppendData(bytes);
    }
}
