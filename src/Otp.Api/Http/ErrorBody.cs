using System.Text.Json.Serialization;

namespace Otp.Api.Http;

/// <summary>The shape of an error under <c>/api/v1</c> and wherever no other shape is documented.</summary>
/// <param name="Error">The error.</param>
public sealed record ErrorBody(ErrorDetail Error)
{
    /// <summary>Always <c>error</c>.</summary>
    [JsonPropertyOrder(-1)]
    public string Status => "error";
}

/// <summary>An error.</summary>
/// <param name="StatusCode">The HTTP status.</param>
/// <param name="Name">What a program decides by; see the table of errors in the API's description.</param>
/// <param name="Message">What a person reads.</param>
/// <param name="Data">More about it: the wrong members of a request, or <c>retryAt</c>.</param>
public sealed record ErrorDetail(int StatusCode, string Name, string Message, IReadOnlyDictionary<string, object> Data);

/// <summary>One wrong member of a request.</summary>
/// <param name="Message">What is wrong with it.</param>
/// <param name="Value">What was given; absent where it is secret.</param>
public sealed record FieldProblem(string Message, string? Value);
