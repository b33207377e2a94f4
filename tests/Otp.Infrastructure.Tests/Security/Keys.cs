using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Otp.Infrastructure.Persistence;
using Otp.Infrastructure.Security;

namespace Otp.Infrastructure.Tests.Security;

/// <summary>Rings of keys by name; the same name is the same secret.</summary>
internal static class Keys
{
    public static byte[] Secret(string name) => SHA256.HashData(Encoding.UTF8.GetBytes(name));

    public static ProtectionKeyRing Ring(params string[] names) => Ring([.. names.Select(name => (name, Secret(name)))]);

    public static ProtectionKeyRing Ring((string Id, byte[] Secret)[] keys)
    {
        var options = new ProtectionOptions();
        foreach (var (id, secret) in keys)
        {
            options.Keys.Add(new ProtectionKeyOptions { Id = id, Key = Convert.ToBase64String(secret) });
        }

        // With keys configured, nothing is read from or written to the folder.
        return new ProtectionKeyRing(Options.Create(options), new DataDirectory("/nonexistent/otp"));
    }
}
