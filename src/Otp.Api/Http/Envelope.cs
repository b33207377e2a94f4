namespace Otp.Api.Http;

/// <summary>The one shape of success.</summary>
/// <typeparam name="T">What is answered.</typeparam>
/// <param name="Results">The answer.</param>
public sealed record Envelope<T>(T Results)
    where T : notnull
{
    /// <summary>Always <c>ok</c>.</summary>
    public string Status => "ok";
}

/// <summary>Success with nothing to say.</summary>
public sealed record EmptyEnvelope
{
    /// <summary>Always <c>ok</c>.</summary>
    public string Status => "ok";
}
