using Microsoft.Extensions.Options;

namespace Otp.Api.Security;

/// <summary>The settings under <c>Limits</c> that count requests of one client in this process.</summary>
internal sealed class ClientLimitOptions
{
    public const string Section = "Limits";

    /// <summary>Requests that make a mail be sent: by default 30 in 5 minutes.</summary>
    public ClientLimitOption ClientSends { get; set; } = new() { PermitLimit = 30 };

    /// <summary>Requests that guess a code: by default 60 in 5 minutes.</summary>
    public ClientLimitOption ClientGuesses { get; set; } = new() { PermitLimit = 60 };

    public ClientLimitOption Of(ClientLimit limit) => limit == ClientLimit.Sends ? ClientSends : ClientGuesses;
}

/// <summary>One limit.</summary>
internal sealed class ClientLimitOption
{
    public const int MaxPermitLimit = 100_000;

    public static readonly TimeSpan MaxWindow = TimeSpan.FromDays(1);

    /// <summary>Whether it holds. Switching it off is warned about at the start.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Requests: 1 to <see cref="MaxPermitLimit"/>.</summary>
    public int PermitLimit { get; set; }

    /// <summary>In any such time: 1 second to <see cref="MaxWindow"/>.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(5);
}

/// <summary>Refuses limits that could not be kept.</summary>
internal sealed class ClientLimitOptionsValidator : IValidateOptions<ClientLimitOptions>
{
    public ValidateOptionsResult Validate(string? name, ClientLimitOptions options)
    {
        List<string> failures = [.. Check(nameof(options.ClientSends), options.ClientSends), .. Check(nameof(options.ClientGuesses), options.ClientGuesses)];
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> Check(string name, ClientLimitOption limit)
    {
        var section = $"{ClientLimitOptions.Section}:{name}";
        if (limit.PermitLimit is < 1 or > ClientLimitOption.MaxPermitLimit)
        {
            yield return $"{section}:PermitLimit must be 1 to {ClientLimitOption.MaxPermitLimit}, not {limit.PermitLimit}. To switch the limit off, set {section}:Enabled to false.";
        }

        if (limit.Window < TimeSpan.FromSeconds(1) || limit.Window > ClientLimitOption.MaxWindow)
        {
            yield return $"{section}:Window must be 00:00:01 to {ClientLimitOption.MaxWindow:c}, not {limit.Window:c}.";
        }
    }
}
