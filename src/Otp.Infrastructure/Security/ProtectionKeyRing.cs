using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Otp.Application.Common.Ports;
using Otp.Infrastructure.Persistence;

namespace Otp.Infrastructure.Security;

/// <summary>
/// The keys that protect passcodes and queued mails. They are outside the database: configured, or, on SQLite where none is, made once in the data directory.
/// Each use has a key of its own, derived by HKDF-SHA-256 (RFC 5869) under its own label.
/// </summary>
internal sealed class ProtectionKeyRing
{
    /// <summary>The file in the data directory that holds the generated key.</summary>
    public const string GeneratedKeyFile = "protection.key";

    private const int DerivedLength = 32;
    private const string GeneratedKeyId = "local";

    private readonly FrozenDictionary<string, DerivedKeys> _keys;

    public ProtectionKeyRing(IOptions<ProtectionOptions> options, DataDirectory dataDirectory)
    {
        var configured = options.Value.Keys.Select(key => (Id: key.Id!, Key: Convert.FromBase64String(key.Key!))).ToList();
        if (configured.Count == 0)
        {
            configured.Add((GeneratedKeyId, dataDirectory.ReadOrCreateSecret(GeneratedKeyFile, DerivedLength)));
        }

        CurrentId = configured[0].Id;
        _keys = configured.ToFrozenDictionary(key => key.Id, key => new DerivedKeys(key.Key), StringComparer.Ordinal);
        RecipientKeys = [.. _keys.OrderByDescending(key => key.Key == CurrentId).Select(key => key.Value.Recipients)];
    }

    /// <summary>The key that protects what is made now.</summary>
    public string CurrentId { get; }

    /// <summary>All keys, the current one first.</summary>
    public IEnumerable<string> Ids => _keys.Keys.OrderByDescending(id => id == CurrentId).ThenBy(id => id, StringComparer.Ordinal);

    /// <summary>Whether a key is configured.</summary>
    public bool Has(string id) => _keys.ContainsKey(id);

    /// <summary>The key for the HMAC of passcodes.</summary>
    /// <exception cref="MissingKeyException">No such key is configured.</exception>
    public ReadOnlySpan<byte> GetPasscodeKey(string id) => Get(id).Passcodes;

    /// <summary>The key for the encryption of mails.</summary>
    /// <exception cref="MissingKeyException">No such key is configured.</exception>
    public ReadOnlySpan<byte> GetMailKey(string id) => Get(id).Mails;

    /// <summary>The keys by which recipients are found again: the current one first.</summary>
    public IReadOnlyList<byte[]> RecipientKeys { get; }

    private DerivedKeys Get(string id) => _keys.TryGetValue(id, out var keys) ? keys : throw new MissingKeyException(id);

    private sealed class DerivedKeys(byte[] secret)
    {
        public byte[] Passcodes { get; } = Derive(secret, "otp/passcodes/hmac-sha256/1");

        public byte[] Mails { get; } = Derive(secret, "otp/mails/aes-256-gcm/1");

        public byte[] Recipients { get; } = Derive(secret, "otp/recipients/hmac-sha256/1");

        private static byte[] Derive(byte[] secret, string label) =>
            HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, DerivedLength, info: Encoding.ASCII.GetBytes(label));
    }
}
