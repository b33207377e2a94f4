using Microsoft.Extensions.Options;

namespace Otp.Api.Hosting;

/// <summary>The settings under <c>Hosting</c>.</summary>
internal sealed class HostingOptions
{
    public const string Section = "Hosting";

    /// <summary>Whether plain HTTP from another machine is refused: by default in Production. Health probes are answered all the same.</summary>
    public bool? RequireHttps { get; set; }

    /// <summary>Whether the process may run as root in Production. Who breaks into it then has the machine, or the container.</summary>
    public bool AllowRoot { get; set; }
}

/// <summary>Refuses to run as root in Production.</summary>
internal sealed class HostingOptionsValidator(IHostEnvironment environment) : IValidateOptions<HostingOptions>
{
    public ValidateOptionsResult Validate(string? name, HostingOptions options) =>
        Environment.IsPrivilegedProcess && environment.IsProduction() && !options.AllowRoot
            ? ValidateOptionsResult.Fail("Hosting:AllowRoot must be true to run as root in Production. Better run as a user of its own, which needs to write to nothing but the data directory.")
            : ValidateOptionsResult.Success;
}
