using System.Security.Cryptography;

namespace Otp.Domain.Passcodes;

/// <summary>What is kept of a passcode: its HMAC-SHA-256 and the id of the key that made it (rule 2).</summary>
/// <param name="KeyId">Names the protection key.</param>
/// <param name="Value">The 32 bytes of the HMAC.</param>
public sealed record PasscodeHash(string KeyId, byte[] Value)
{
    /// <summary>The longest key id, in characters.</summary>
    public const int MaxKeyIdLength = 64;

    /// <summary>The length of <see cref="Value"/>, in bytes.</summary>
    public const int ValueLength = HMACSHA256.HashSizeInBytes;

    /// <summary>Compares in fixed time: how much of the value agrees cannot be seen from how long it takes.</summary>
    public bool Matches(PasscodeHash candidate)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        var sameValue = CryptographicOperations.FixedTimeEquals(Value, candidate.Value);
        return sameValue & string.Equals(KeyId, candidate.KeyId, StringComparison.Ordinal);
    }
}
