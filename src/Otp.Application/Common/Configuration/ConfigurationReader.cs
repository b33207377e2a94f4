using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Otp.Application.Common.Configuration;

/// <summary>Reads settings, and says of one that cannot be read which it is.</summary>
internal static partial class ConfigurationReader
{
    /// <summary>Binds a section to an object.</summary>
    /// <exception cref="OptionsValidationException">A value does not have the type of its setting.</exception>
    public static void Read<TOptions>(IConfigurationSection section, TOptions options)
        where TOptions : class
    {
        try
        {
            section.Bind(options);
        }
        catch (InvalidOperationException exception) when (UnreadableSetting().Match(exception.Message) is { Success: true } match)
        {
            throw new OptionsValidationException(
                section.Path, typeof(TOptions), [$"{match.Groups["path"].Value} cannot be read: '{match.Groups["value"].Value}' is not {Describe(match.Groups["type"].Value)}."]);
        }
    }

    private static string Describe(string type) => type switch
    {
        "System.Int32" => "a whole number",
        "System.Boolean" => "true or false",
        "System.TimeSpan" => "a time such as 00:15:00 or 1.00:00:00",
        _ => "one of its values",
    };

    // The binder's exception has no properties; a test holds its wording.
    [GeneratedRegex(@"configuration value '(?<value>.*)' at '(?<path>[^']+)' to type '(?<type>[^']+)'", RegexOptions.Singleline)]
    private static partial Regex UnreadableSetting();
}
