namespace Otp.Api.Hosting;

/// <summary>The service does not start with these settings.</summary>
/// <param name="reasons">One line for each setting that is bad or missing.</param>
public sealed class StartRefusedException(IReadOnlyList<string> reasons) : Exception(string.Join(Environment.NewLine, reasons))
{
    /// <summary>One line for each setting that is bad or missing.</summary>
    public IReadOnlyList<string> Reasons { get; } = reasons;
}
