namespace Otp.Api.Http;

/// <summary>What every success is: JSON.</summary>
internal interface IEnvelope;

/// <summary>The one shape of success.</summary>
/// <typeparam name="T">What is answered.</typeparam>
/// <param name="Results">The answer.</param>
public sealed record Envelope<T>(T Results) : IEnvelope
    where T : notnull
{
    /// <summary>Always <c>ok</c>.</summary>
    public string Status => "ok";
}

/// <summary>Success with nothing to say.</summary>
public sealed record EmptyEnvelope : IEnvelope
{
    /// <summary>Always <c>ok</c>.</summary>
    public string Status => "ok";
}
