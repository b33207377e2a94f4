using Otp.Domain.Common;

namespace Otp.Application.Common;

/// <summary>Refusals of a request before any aggregate is asked.</summary>
public static class RequestErrors
{
    /// <summary>Members of the request have a bad shape.</summary>
    public static DomainError Invalid(IReadOnlyList<FieldError> fields) => new(
        "Request.Invalid", ErrorKind.InvalidArgument, "The request has invalid members")
    {
        Fields = fields,
    };
}
