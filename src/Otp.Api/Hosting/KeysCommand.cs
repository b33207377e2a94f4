using System.Globalization;
using System.Security.Cryptography;
using Otp.Infrastructure.Persistence;
using Otp.Infrastructure.Security;

namespace Otp.Api.Hosting;

/// <summary>
/// What an operator needs to change protection keys: <c>keys new</c> prints a new one, <c>keys</c> says what each is still needed for.
/// See <c>docs/security.md</c>.
/// </summary>
internal static class KeysCommand
{
    /// <summary>The argument that asks for it.</summary>
    public const string Name = "keys";

    private const int KeyLength = 32;

    /// <summary>Prints a new key as settings of the environment. It is kept nowhere.</summary>
    public static async Task PrintNewAsync(TextWriter output, TimeProvider time)
    {
        // Two keys must not share an id, also where two are made on one day.
        var id = $"{time.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}-{RandomNumberGenerator.GetHexString(4, lowercase: true)}";
        await output.WriteLineAsync($"Protection__Keys__0__Id={id}");
        await output.WriteLineAsync($"Protection__Keys__0__Key={Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyLength))}");
    }

    /// <summary>Prints each key with the live codes and the mails that depend on it.</summary>
    /// <exception cref="StartRefusedException">The database is of another version.</exception>
    public static async Task PrintUsageAsync(TextWriter output, IServiceProvider services)
    {
        if (await DatabaseMigrator.IsMigrationPendingAsync(services, CancellationToken.None))
        {
            throw new StartRefusedException(["the database is not up to date: run this version's 'migrate' first."]);
        }

        var keys = await ProtectionKeyUsage.ReadAsync(services, CancellationToken.None);
        var width = keys.Max(key => key.KeyId.Length);
        await output.WriteLineAsync($"{"key".PadRight(width)}  role      live codes  mails");
        foreach (var key in keys)
        {
            var role = key.Role.ToString().ToLowerInvariant();
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{key.KeyId.PadRight(width)}  {role,-8}  {key.Passcodes,10}  {key.Mails,5}"));
        }

        foreach (var key in keys.Where(key => key.Role != ProtectionKeyRole.Protects))
        {
            await output.WriteLineAsync(Advice(key));
        }
    }

    private static string Advice(ProtectionKeyUsage key) => (key.Role, key.Passcodes + key.Mails) switch
    {
        (ProtectionKeyRole.Missing, _) => $"'{key.KeyId}' is missing: guesses at these codes are answered with 503, and these mails wait, until it is configured again or they expire.",
        (_, 0) => $"'{key.KeyId}' can be removed, once no replica protects with it any more.",
        _ => $"'{key.KeyId}' is still needed.",
    };
}
