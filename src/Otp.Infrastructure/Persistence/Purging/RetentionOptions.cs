using Microsoft.Extensions.Options;

namespace Otp.Infrastructure.Persistence.Purging;

/// <summary>The settings under <c>Retention</c>: how long is kept what could be of use later. What is over is purged at once.</summary>
public sealed class RetentionOptions
{
    /// <summary>Where they stand in the configuration.</summary>
    public const string Section = "Retention";

    /// <summary>Whether this process purges; one that does not leaves it to others.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>How long an entry of the audit trail is kept: 1 day to 3,650 days.</summary>
    public TimeSpan Audit { get; set; } = TimeSpan.FromDays(365);

    /// <summary>How long a finished mail is kept after its last change, and a report of the provider: 1 day to 365 days.</summary>
    public TimeSpan Deliveries { get; set; } = TimeSpan.FromDays(30);
}

/// <summary>Refuses to keep things for too short or too long.</summary>
internal sealed class RetentionOptionsValidator : IValidateOptions<RetentionOptions>
{
    // No code lives longer: a failed mail is there as long as it can be tried again.
    private static readonly TimeSpan Least = TimeSpan.FromDays(1);
    private static readonly TimeSpan MostForAudit = TimeSpan.FromDays(3650);
    private static readonly TimeSpan MostForDeliveries = TimeSpan.FromDays(365);

    public ValidateOptionsResult Validate(string? name, RetentionOptions options)
    {
        List<string> failures =
        [
            .. Check(nameof(options.Audit), options.Audit, MostForAudit),
            .. Check(nameof(options.Deliveries), options.Deliveries, MostForDeliveries),
        ];
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> Check(string setting, TimeSpan value, TimeSpan most)
    {
        if (value < Least || value > most)
        {
            yield return $"{RetentionOptions.Section}:{setting} must be {Least:c} to {most:c}, not {value:c}.";
        }
    }
}
