using Microsoft.Extensions.Options;
using Otp.Domain.Recipients;

namespace Otp.Application.Passcodes;

/// <summary>The settings under <c>Limits</c> that count mails per recipient (rule 11).</summary>
public sealed class RecipientLimitOptions
{
    /// <summary>Where they stand in the configuration.</summary>
    public const string Section = "Limits";

    /// <summary>Codes in a short time: by default 5 in 10 minutes.</summary>
    public RecipientLimitOption RecipientBurst { get; set; } = new() { PermitLimit = 5, Window = TimeSpan.FromMinutes(10) };

    /// <summary>Codes in a long time: by default 20 in 24 hours.</summary>
    public RecipientLimitOption RecipientDaily { get; set; } = new() { PermitLimit = 20, Window = TimeSpan.FromHours(24) };

    /// <summary>Notices of each kind: by default 20 in 24 hours.</summary>
    public RecipientLimitOption RecipientNotices { get; set; } = new() { PermitLimit = 20, Window = TimeSpan.FromHours(24) };

    /// <summary>Whether codes are counted.</summary>
    public bool CountsPasscodes => RecipientBurst.Enabled || RecipientDaily.Enabled;

    internal IReadOnlyCollection<RecipientLimit> ForPasscodes => ToLimits(RecipientBurst, RecipientDaily);

    internal IReadOnlyCollection<RecipientLimit> ForNotices => ToLimits(RecipientNotices);

    private static RecipientLimit[] ToLimits(params ReadOnlySpan<RecipientLimitOption> options)
    {
        List<RecipientLimit> limits = [];
        foreach (var option in options)
        {
            if (option.Enabled)
            {
                limits.Add(new RecipientLimit(option.PermitLimit, option.Window));
            }
        }

        return [.. limits];
    }
}

/// <summary>One limit.</summary>
public sealed class RecipientLimitOption
{
    /// <summary>Whether it holds. Switching it off is warned about at the start.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Mails: 1 to 1,000.</summary>
    public int PermitLimit { get; set; }

    /// <summary>In any such time: 1 second to 7 days.</summary>
    public TimeSpan Window { get; set; }
}

/// <summary>Refuses limits that could not be kept.</summary>
internal sealed class RecipientLimitOptionsValidator : IValidateOptions<RecipientLimitOptions>
{
    public ValidateOptionsResult Validate(string? name, RecipientLimitOptions options)
    {
        List<string> failures =
        [
            .. Check(nameof(options.RecipientBurst), options.RecipientBurst),
            .. Check(nameof(options.RecipientDaily), options.RecipientDaily),
            .. Check(nameof(options.RecipientNotices), options.RecipientNotices),
        ];
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> Check(string name, RecipientLimitOption limit)
    {
        var section = $"{RecipientLimitOptions.Section}:{name}";
        if (limit.PermitLimit is < 1 or > RecipientLimit.MaxPermitLimit)
        {
            yield return $"{section}:PermitLimit must be 1 to {RecipientLimit.MaxPermitLimit}, not {limit.PermitLimit}. To switch the limit off, set {section}:Enabled to false.";
        }

        if (limit.Window < TimeSpan.FromSeconds(1) || limit.Window > RecipientLimit.MaxWindow)
        {
            yield return $"{section}:Window must be 00:00:01 to {RecipientLimit.MaxWindow:c}, not {limit.Window:c}.";
        }
    }
}
