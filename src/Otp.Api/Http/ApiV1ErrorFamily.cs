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

    public Type BodyType => typeof(ErrorBody);

    public HttpStatusCode BadShape => HttpStatusCode.UnprocessableEntity;

    public bool Includes(PathString path) => true;

    public string Meaning(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest => "The body is not JSON, or a member has the wrong JSON type; or, on challenges, the passcode is wrong or expired.",
        HttpStatusCode.Unauthorized => "The bearer token is missing or not valid.",
        HttpStatusCode.Forbidden => "The token does not permit this.",
        HttpStatusCode.NotFound => "It does not exist, or not for this caller.",
        HttpStatusCode.NotAcceptable => "The caller does not accept JSON.",
        HttpStatusCode.Conflict => "The state forbids it.",
        HttpStatusCode.RequestEntityTooLarge => "The body is too large.",
        HttpStatusCode.UnsupportedMediaType => "The body is not declared as JSON.",
        HttpStatusCode.UnprocessableEntity => "A member is unknown, missing, null or badly shaped.",
        HttpStatusCode.TooManyRequests => "Too soon or too often.",
        HttpStatusCode.ServiceUnavailable => "The database is away.",
        _ => "A fault of the service.",
    };

    public string ExampleName(ErrorAnswer answer, string code) => $"{((ErrorBody)answer.Body).Error.Name}-{code}";

    public ErrorAnswer Describe(DomainError error)
    {
        var status = error.Kind switch
        {
            ErrorKind.InvalidArgument => HttpStatusCode.UnprocessableEntity,
            ErrorKind.NotFound => HttpStatusCode.NotFound,
            ErrorKind.AlreadyExists or ErrorKind.FailedPrecondition => HttpStatusCode.Conflict,
            ErrorKind.Unauthenticated => HttpStatusCode.Unauthorized,
            ErrorKind.PermissionDenied => HttpStatusCode.Forbidden,
            ErrorKind.TooManyRequests => HttpStatusCode.TooManyRequests,
            _ => throw new ArgumentOutOfRangeException(nameof(error), error.Kind, "An unknown kind of error."),
        };
        return error.Code switch
        {
            // The passcode itself is what the request is about: these have names of their own.
            "Passcode.Wrong" => Answer(HttpStatusCode.BadRequest, "InvalidPasscodeError", error.Message, DataOf(error)),
            "Passcode.Expired" => Answer(HttpStatusCode.BadRequest, "PasscodeExpiredError", error.Message, DataOf(error)),

            // Not a member of a body that was read, but the body.
            "Delivery.ReportUnreadable" => Describe(HttpStatusCode.BadRequest, error.Message),
            _ => Answer(status, NameOf(status), error.Message, DataOf(error)),
        };
    }

    public ErrorAnswer Describe(HttpStatusCode status, string message) => Answer(status, NameOf(status), message, FrozenDictionary<string, object>.Empty);

    // A status that the table does not know is named after the nearest that it does.
    private static string NameOf(HttpStatusCode status) =>
        Names.TryGetValue(status, out var known) ? known : (int)status < 500 ? Names[HttpStatusCode.BadRequest] : Names[HttpStatusCode.InternalServerError];

    private static ErrorAnswer Answer(HttpStatusCode status, string name, string message, IReadOnlyDictionary<string, object> data) =>
        new(status, new ErrorBody(new ErrorDetail((int)status, name, message, data)));

    private static Dictionary<string, object> DataOf(DomainError error)
    {
        Dictionary<string, object> data = new(error.Data);
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
