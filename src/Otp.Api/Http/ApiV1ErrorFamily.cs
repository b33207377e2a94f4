using System.Collections.Frozen;
using System.Net;
using Otp.Domain.Common;

namespace Otp.Api.Http;

/// <summary>The errors of <c>/api/v1</c> and of everything that belongs to no family.</summary>
internal sealed class ApiV1ErrorFamily : IErrorFamily
{
    private static readonly FrozenDictionary<HttpStatusCode, string> Names = new Dictionary<HttpStatusCode, string>
    {
        [HttpStatusCode.BadRequest] = "ParameterError",
        [HttpStatusCode.Unauthorized] = "AuthorizationError",
        [HttpStatusCode.Forbidden] = "ForbiddenError",
        [HttpStatusCode.NotFound] = "NotFoundError",
        [HttpStatusCode.MethodNotAllowed] = "MethodNotAllowedError",
        [HttpStatusCode.NotAcceptable] = "NotAcceptableError",
        [HttpStatusCode.Conflict] = "ConflictError",
        [HttpStatusCode.RequestEntityTooLarge] = "PayloadTooLargeError",
        [HttpStatusCode.UnsupportedMediaType] = "UnsupportedMediaTypeError",
        [HttpStatusCode.UnprocessableEntity] = "ValidateError",
        [HttpStatusCode.TooManyRequests] = "TooManyRequestsError",
        [HttpStatusCode.InternalServerError] = "UnexpectedServerError",
        [HttpStatusCode.ServiceUnavailable] = "ServiceUnavailableError",
    }.ToFrozenDictionary();

    public bool Includes(PathString path) => true;

    public ErrorAnswer Describe(DomainError error)
    {
        var status = error.Kind switch
        {
            ErrorKind.InvalidArgument => HttpStatusCode.UnprocessableEntity,
            ErrorKind.NotFound => HttpStatusCode.NotFound,
            ErrorKind.AlreadyExists or ErrorKind.FailedPrecondition => HttpStatusCode.Conflict,
            ErrorKind.PermissionDenied => HttpStatusCode.Forbidden,
            ErrorKind.TooManyRequests => HttpStatusCode.TooManyRequests,
            _ => throw new ArgumentOutOfRangeException(nameof(error), error.Kind, "An unknown kind of error."),
        };
        return Answer(status, error.Message, DataOf(error));
    }

    public ErrorAnswer Describe(HttpStatusCode status, string message) => Answer(status, message, FrozenDictionary<string, object>.Empty);

    private static ErrorAnswer Answer(HttpStatusCode status, string message, IReadOnlyDictionary<string, object> data)
    {
        // A status that the table does not know is named after the nearest that it does.
        var name = Names.TryGetValue(status, out var known) ? known : (int)status < 500 ? Names[HttpStatusCode.BadRequest] : Names[HttpStatusCode.InternalServerError];
        return new ErrorAnswer(status, new ErrorBody(new ErrorDetail((int)status, name, message, data)));
    }

    private static Dictionary<string, object> DataOf(DomainError error)
    {
        Dictionary<string, object> data = [];
        foreach (var field in error.Fields)
        {
            data.TryAdd(field.Field, new FieldProblem(field.Message, field.Value));
        }

        if (error.RetryAt is { } retryAt)
        {
            data["retryAt"] = retryAt;
        }

        return data;
    }
}
