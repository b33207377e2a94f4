using System.Net;
using Otp.Domain.Common;

namespace Otp.Api.Http;

/// <summary>How a family of routes shows errors.</summary>
internal interface IErrorFamily
{
    /// <summary>Whether a path belongs to the family.</summary>
    bool Includes(PathString path);

    /// <summary>The type of the body, for the API's description.</summary>
    Type BodyType { get; }

    /// <summary>The status of a request with badly shaped members.</summary>
    HttpStatusCode BadShape { get; }

    /// <summary>What a status means in this family, for the API's description.</summary>
    string Meaning(HttpStatusCode status);

    /// <summary>The name of an example of an error, for the API's description: what a program tells it by.</summary>
    /// <param name="answer">The error.</param>
    /// <param name="code">Its code in the domain, which tells apart what the answer's name alone does not.</param>
    string ExampleName(ErrorAnswer answer, string code);

    /// <summary>Shows what the domain refuses.</summary>
    ErrorAnswer Describe(DomainError error);

    /// <summary>Shows what the framework, or a fault, answers with a bare status.</summary>
    ErrorAnswer Describe(HttpStatusCode status, string message);
}

/// <summary>An error, ready to be written.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body, to be written as JSON.</param>
internal sealed record ErrorAnswer(HttpStatusCode Status, object Body);
