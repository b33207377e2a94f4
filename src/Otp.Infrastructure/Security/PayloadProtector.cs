using System.Security.Cryptography;
using System.Text;

namespace Otp.Infrastructure.Security;

/// <summary>
/// Encrypts what rests in the database for a while: AES-256-GCM (NIST SP 800-38D) with a random nonce, bound to the row that it stands in.
/// Layout: version (1 byte), length of key id (1), key id, nonce (12), tag (16), ciphertext.
/// </summary>
internal sealed class PayloadProtector(ProtectionKeyRing keys)
{
    private const byte Version = 1;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    /// <summary>Encrypts under the current key.</summary>
    /// <param name="plaintext">What is secret.</param>
    /// <param name="boundTo">The row: it cannot be opened under another one.</param>
    public byte[] Protect(ReadOnlySpan<byte> plaintext, string boundTo)
    {
        var keyId = Encoding.ASCII.GetBytes(keys.CurrentId);
        var header = 2 + keyId.Length;
        var output = new byte[header + NonceLength + TagLength + plaintext.Length];
        output[0] = Version;
        output[1] = (byte)keyId.Length;
        keyId.CopyTo(output.AsSpan(2));
        var nonce = output.AsSpan(header, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(keys.GetMailKey(keys.CurrentId), TagLength);
        aes.Encrypt(nonce, plaintext, output.AsSpan(header + NonceLength + TagLength), output.AsSpan(header + NonceLength, TagLength), AssociatedData(output.AsSpan(0, header), boundTo));
        return output;
    }

    /// <summary>The key that a payload is encrypted under.</summary>
    /// <exception cref="CryptographicException">These are not the bytes of a payload.</exception>
    public static string KeyIdOf(ReadOnlySpan<byte> input)
    {
        if (input.Length < 2 || input[0] != Version || input.Length < 2 + input[1] + NonceLength + TagLength)
        {
            throw new CryptographicException("Not a protected payload.");
        }

        return Encoding.ASCII.GetString(input.Slice(2, input[1]));
    }

    /// <summary>Decrypts.</summary>
    /// <exception cref="CryptographicException">The key is not configured, or the bytes are not what was protected for this row.</exception>
    public byte[] Unprotect(ReadOnlySpan<byte> input, string boundTo)
    {
        var keyId = KeyIdOf(input);
        var header = 2 + input[1];
        var body = input[header..];
        var plaintext = new byte[body.Length - NonceLength - TagLength];
        using var aes = new AesGcm(keys.GetMailKey(keyId), TagLength);
        aes.Decrypt(body[..NonceLength], body[(NonceLength + TagLength)..], body.Slice(NonceLength, TagLength), plaintext, AssociatedData(input[..header], boundTo));
        return plaintext;
    }

    private static byte[] AssociatedData(ReadOnlySpan<byte> header, string boundTo) => [.. header, .. Encoding.UTF8.GetBytes(boundTo)];
}
