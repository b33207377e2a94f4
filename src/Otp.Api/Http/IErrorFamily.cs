using System.Net;
using Otp.Domain.Common;

namespace Otp.Api.Http;

/// <summary>How a family of routes shows errors.</summary>
internal interface IErrorFamily
{
    /// <summary>Whether a path belongs to the family.</summary>
    bool Includes(PathString path);

    /// <summary>Shows what the domain refuses.</summary>
    ErrorAnswer Describe(DomainError error);

    /// <summary>Shows what the framework, or a fault, answers with a bare status.</summary>
    ErrorAnswer Describe(HttpStatusCode status, string message);
}

/// <summary>An error, ready to be written.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body, to be written as JSON.</param>
internal sealed record ErrorAnswer(HttpStatusCode Status, object Body);
