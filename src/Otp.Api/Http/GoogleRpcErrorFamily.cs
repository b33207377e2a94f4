using System.Collections.Frozen;
using System.Net;
using System.Text.Json.Serialization;
using Otp.Domain.Common;

namespace Otp.Api.Http;

/// <summary>The errors of <c>/auth/v1</c>, <c>/v2</c>, <c>/v2beta</c> and <c>/v3alpha</c>: google.rpc.Status, with an id in the details.</summary>
internal sealed class GoogleRpcErrorFamily : IErrorFamily
{
    private static readonly PathString[] Prefixes = ["/auth/v1", "/v2", "/v2beta", "/v3alpha"];

    /// <summary>The one list of ids, by the code of the domain's error. The API's description is made from it.</summary>
    public static readonly FrozenDictionary<string, GoogleRpcError> Errors = new Dictionary<string, GoogleRpcError>
    {
        ["OtpEmailFactor.AlreadyExists"] = new(6, "COMMAND-MKL2s", "factor there already"),
        ["OtpEmailFactor.AddressNotVerified"] = new(9, "COMMAND-KLJ2d", "address not verified"),
        ["OtpEmailFactor.NotFound"] = new(5, "COMMAND-b312D", "no such factor"),
        ["OtpEmailFactor.AlreadyReady"] = new(9, "COMMAND-qRd7y", "factor registered already"),
        ["OtpEmailFactor.TooMany"] = new(9, "COMMAND-x9LmF", "as many factors as allowed"),
        ["Passcode.Wrong"] = new(3, "CODE-woT0xc", "code wrong"),
        ["Passcode.BadShape"] = new(3, "CODE-woT0xc", "code badly shaped; not counted"),
        ["Passcode.Missing"] = new(3, "CODE-woT0xc", "no code to verify", "Code is invalid"),
        ["Passcode.Empty"] = new(3, "COMMAND-SJl2g", "code empty"),
        ["Passcode.Expired"] = new(9, "CODE-QvUQ4P", "code expired"),
        ["Passcode.Locked"] = new(8, "COMMAND-S6h4R", "locked after too many wrong codes"),
        ["Passcode.TooSoon"] = new(8, "COMMAND-tN4sQ", "within the resend interval"),
        ["Recipient.TooManyMails"] = new(8, "COMMAND-hB8vW", "too many mails to the address"),
        ["Recipient.Suppressed"] = new(9, "COMMAND-sP9xR", "the address cannot receive mail"),
        ["Client.TooManyRequests"] = new(8, "REQUEST-cL08s", "too many requests from one address"),
        ["EmailVerification.NotFound"] = new(5, "COMMAND-2M9fs", "no e-mail address known"),
        ["EmailVerification.AlreadyVerified"] = new(9, "COMMAND-7Hq3p", "address verified already"),
        ["EmailVerification.AddressUnchanged"] = new(9, "COMMAND-2b7fM", "address unchanged"),
        ["EmailVerification.AddressOwnedByProvider"] = new(9, "COMMAND-pR5oW", "address owned by the identity provider"),
        ["User.NotFound"] = new(5, "COMMAND-ieJ2e", "user unknown, or of another organisation"),
        ["User.PermissionDenied"] = new(7, "AUTH-HKJwe", "no permission"),
        ["Request.Invalid"] = new(3, "REQUEST-v4LdM", "a member is badly shaped"),
        ["401"] = new(16, "AUTH-7fs1e", "token missing or bad", "Token is invalid"),
        ["403"] = new(7, "AUTH-HKJwe", "no permission", "No matching permissions found"),
        ["400"] = new(3, "REQUEST-jS0nX", "the body is not JSON"),
        ["404"] = new(5, "REQUEST-nF04d", "no such route"),
        ["405"] = new(12, "REQUEST-mT05d", "method not allowed"),
        ["406"] = new(3, "REQUEST-aC06t", "JSON not accepted"),
        ["413"] = new(3, "REQUEST-sZ13e", "body too large"),
        ["415"] = new(3, "REQUEST-mD15a", "body not declared as JSON"),
        ["429"] = new(8, "REQUEST-rL29t", "too many requests"),
        ["500"] = new(13, "INTERNAL-f0Lt5", "a fault of the service"),
        ["503"] = new(14, "INTERNAL-aW4yD", "the database is away"),
    }.ToFrozenDictionary();

    public Type BodyType => typeof(GoogleRpcStatus);

    public HttpStatusCode BadShape => HttpStatusCode.BadRequest;

    public string Meaning(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest => "Code 3 or 9: a member or the code is not valid, the code is expired, or the state forbids it.",
        HttpStatusCode.Unauthorized => "Code 16: the bearer token is missing or not valid.",
        HttpStatusCode.Forbidden => "Code 7: the token does not permit this.",
        HttpStatusCode.NotFound => "Code 5: it does not exist, or not for this caller.",
        HttpStatusCode.Conflict => "Code 6: it is there already.",
        HttpStatusCode.TooManyRequests => "Code 8: too soon, too often, or locked.",
        HttpStatusCode.ServiceUnavailable => "Code 14: the database is away.",
        HttpStatusCode.InternalServerError => "Code 13: a fault of the service.",
        _ => "Code 3: the request cannot be read.",
    };

    public bool Includes(PathString path) => Array.Exists(Prefixes, prefix => path.StartsWithSegments(prefix));

    public string ExampleName(ErrorAnswer answer, string code) => ((GoogleRpcStatus)answer.Body).Details[0].Id;

    public ErrorAnswer Describe(DomainError error)
    {
        var known = Errors.TryGetValue(error.Code, out var listed) ? listed : OfKind(error.Kind);
        var message = known.Message ?? (error.Fields.Count == 0 ? error.Message : string.Join("; ", error.Fields.Select(field => $"{field.Field} {field.Message}")));
        return Answer(StatusOf(known.Code), known, message);
    }

    public ErrorAnswer Describe(HttpStatusCode status, string message)
    {
        var key = ((int)status).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var known = Errors.TryGetValue(key, out var listed) ? listed : Errors[(int)status < 500 ? "400" : "500"];
        return Answer(status, known, known.Message ?? message);
    }

    // For errors of extensions, which are not in the list.
    private static GoogleRpcError OfKind(ErrorKind kind) => kind switch
    {
        ErrorKind.InvalidArgument => Errors["Request.Invalid"],
        ErrorKind.NotFound => new(5, "EXTENSION-nF04d", ""),
        ErrorKind.AlreadyExists => new(6, "EXTENSION-eX09s", ""),
        ErrorKind.FailedPrecondition => new(9, "EXTENSION-pC00n", ""),
        ErrorKind.Unauthenticated => Errors["401"],
        ErrorKind.PermissionDenied => Errors["User.PermissionDenied"],
        ErrorKind.TooManyRequests => Errors["429"],
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static HttpStatusCode StatusOf(int code) => code switch
    {
        5 => HttpStatusCode.NotFound,
        6 or 10 => HttpStatusCode.Conflict,
        7 => HttpStatusCode.Forbidden,
        8 => HttpStatusCode.TooManyRequests,
        12 => HttpStatusCode.NotImplemented,
        13 => HttpStatusCode.InternalServerError,
        14 => HttpStatusCode.ServiceUnavailable,
        16 => HttpStatusCode.Unauthorized,
        _ => HttpStatusCode.BadRequest,
    };

    private static ErrorAnswer Answer(HttpStatusCode status, GoogleRpcError error, string message) =>
        new(status, new GoogleRpcStatus(error.Code, $"{message} ({error.Id})", [new GoogleRpcErrorDetail(error.Id, message)]));
}

/// <summary>An entry of the list of errors.</summary>
/// <param name="Code">The google.rpc.Code.</param>
/// <param name="Id">The id.</param>
/// <param name="When">When it is answered, for the API's description.</param>
/// <param name="Message">The text, where it is not the error's own.</param>
internal sealed record GoogleRpcError(int Code, string Id, string When, string? Message = null);

/// <summary>An error under <c>/auth/v1</c>, <c>/v2</c>, <c>/v2beta</c> and <c>/v3alpha</c>.</summary>
/// <param name="Code">The google.rpc.Code.</param>
/// <param name="Message">What a person reads, with the id.</param>
/// <param name="Details">The id, and the text without it.</param>
public sealed record GoogleRpcStatus(int Code, string Message, IReadOnlyList<GoogleRpcErrorDetail> Details);

/// <summary>The detail of an error.</summary>
/// <param name="Id">What a program decides by.</param>
/// <param name="Message">What a person reads.</param>
public sealed record GoogleRpcErrorDetail(string Id, string Message)
{
    /// <summary>The type of the detail.</summary>
    [JsonPropertyName("@type")]
    [JsonPropertyOrder(-1)]
    public string Type => "type.googleapis.com/zitadel.v1.ErrorDetail";
}
