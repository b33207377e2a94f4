using Microsoft.Extensions.Options;

namespace Otp.Application.Delivery;

/// <summary>The settings under <c>Delivery</c>.</summary>
public sealed class DeliveryOptions
{
    /// <summary>Where they stand in the configuration.</summary>
    public const string Section = "Delivery";

    /// <summary>Whether this process sends mails; one that does not still queues them for those that do.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Mails in flight at a time: 1 to 256. Mails that were queued within the last second may be a quarter more.</summary>
    public int Concurrency { get; set; } = 16;

    /// <summary>How often to look for what other processes have queued or left: 50 ms to 1 minute. Mails of this process are sent at once.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Tries until a mail has failed: 1 to 100.</summary>
    public int MaxAttempts { get; set; } = 10;
}

/// <summary>Refuses settings under which mails would not be sent.</summary>
internal sealed class DeliveryOptionsValidator : IValidateOptions<DeliveryOptions>
{
    public ValidateOptionsResult Validate(string? name, DeliveryOptions options)
    {
        List<string> failures = [];
        if (options.Concurrency is < 1 or > 256)
        {
            failures.Add($"{DeliveryOptions.Section}:Concurrency must be 1 to 256, not {options.Concurrency}.");
        }

        if (options.PollInterval < TimeSpan.FromMilliseconds(50) || options.PollInterval > TimeSpan.FromMinutes(1))
        {
            failures.Add($"{DeliveryOptions.Section}:PollInterval must be 00:00:00.05 to 00:01:00, not {options.PollInterval:c}.");
        }

        if (options.MaxAttempts is < 1 or > 100)
        {
            failures.Add($"{DeliveryOptions.Section}:MaxAttempts must be 1 to 100, not {options.MaxAttempts}.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
