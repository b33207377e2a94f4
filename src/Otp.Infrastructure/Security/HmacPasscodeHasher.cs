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
    /// <summary>What is put together on the stack, in bytes: longer user ids and addresses are rare.</summary>
    private const int StackBytes = 512;

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
        ReadOnlySpan<string> parts = [binding.Purpose.ToString(), binding.UserId, binding.Address.Canonical, binding.SubjectId.ToString("N"), passcode.Reveal()];
        var length = 0;
        foreach (var part in parts)
        {
            length += sizeof(int) + Encoding.UTF8.GetByteCount(part);
        }

        var input = length <= StackBytes ? stackalloc byte[length] : new byte[length];
        var rest = input;
        foreach (var part in parts)
        {
            var written = Encoding.UTF8.GetBytes(part, rest[sizeof(int)..]);
            BinaryPrimitives.WriteInt32BigEndian(rest, written);
            rest = rest[(sizeof(int) + written)..];
        }

        var hash = HMACSHA256.HashData(keys.GetPasscodeKey(keyId), input);
        CryptographicOperations.ZeroMemory(input);
        return new PasscodeHash(keyId, hash);
    }
}
