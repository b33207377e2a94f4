using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Otp.Infrastructure.Persistence;

namespace Otp.Infrastructure.Security;

/// <summary>Refuses keys that protect nothing, and PostgreSQL without a key: a key in a local file could not be shared by replicas.</summary>
internal sealed partial class ProtectionOptionsValidator(IOptions<DatabaseOptions> database) : IValidateOptions<ProtectionOptions>
{
    private const int MinKeyLength = 32;

    public ValidateOptionsResult Validate(string? name, ProtectionOptions options)
    {
        List<string> failures = [];
        if (options.Keys.Count == 0 && database.Value.Provider == DatabaseProvider.PostgreSql)
        {
            failures.Add("Protection:Keys:0:Id and Protection:Keys:0:Key must be set with PostgreSQL: a name, and 32 random bytes in base64 (openssl rand -base64 32).");
        }

        HashSet<string> ids = new(StringComparer.Ordinal);
        for (var index = 0; index < options.Keys.Count; index++)
        {
            failures.AddRange(Check($"{ProtectionOptions.Section}:Keys:{index}", options.Keys[index], ids));
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> Check(string section, ProtectionKeyOptions key, HashSet<string> ids)
    {
        if (key.Id is null || !IdPattern().IsMatch(key.Id))
        {
            yield return $"{section}:Id must be 1 to 64 letters, digits, '-', '_' or '.'.";
        }
        else if (!ids.Add(key.Id))
        {
            yield return $"{section}:Id must differ from the other keys' ids.";
        }

        // The value is a secret and is not shown.
        var buffer = new byte[key.Key?.Length ?? 0];
        if (!Convert.TryFromBase64String(key.Key ?? "", buffer, out var length) || length < MinKeyLength)
        {
            yield return $"{section}:Key must be {MinKeyLength} random bytes or more in base64 (openssl rand -base64 32).";
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,64}\z")]
    private static partial Regex IdPattern();
}
