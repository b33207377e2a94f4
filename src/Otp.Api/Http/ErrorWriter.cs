using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Otp.Domain.Common;

namespace Otp.Api.Http;

/// <summary>Writes every error of the service, in the shape of the family that the path belongs to.</summary>
internal sealed class ErrorWriter(IEnumerable<IErrorFamily> families, IOptions<JsonOptions> json, TimeProvider time)
{
    /// <summary>What is said of a body that cannot be read.</summary>
    public const string Unreadable = "The body is not the JSON that is expected here";

    /// <summary>What a caller is told to wait while the service cannot serve, in seconds.</summary>
    private const int OutageRetryAfter = 5;

    /// <summary>Writes what the domain refuses.</summary>
    public Task WriteAsync(HttpContext context, DomainError error)
    {
        if (error.RetryAt is { } retryAt)
        {
            // Whole seconds, rounded up: to wait so long is enough.
            var seconds = Math.Max(1, (long)Math.Ceiling((retryAt - time.Now()).TotalSeconds));
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return WriteAsync(context, FamilyOf(context).Describe(error));
    }

    /// <summary>Writes what has only a status.</summary>
    public Task WriteStatusAsync(HttpContext context, HttpStatusCode status, string? message = null)
    {
        if (status == HttpStatusCode.ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = OutageRetryAfter.ToString(CultureInfo.InvariantCulture);
        }

        message ??= status == HttpStatusCode.RequestEntityTooLarge ? TooLarge(RequestLimits.MaxBodyBytesOf(context)) : MessageOf(status);
        if ((int)status >= 500)
        {
            message = $"{message} (trace id {TraceIdOf(context)})";
        }

        return WriteAsync(context, FamilyOf(context).Describe(status, message));
    }

    /// <summary>Names the request in logs and traces; each answer carries it in <c>Trace-Id</c>.</summary>
    public static string TraceIdOf(HttpContext context) => Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier;

    /// <summary>What a bare status means, for people.</summary>
    public static string MessageOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest => "The request is malformed",
        HttpStatusCode.Unauthorized => "A valid bearer token is required",
        HttpStatusCode.Forbidden => "The token does not permit this",
        HttpStatusCode.NotFound => "There is nothing at this address",
        HttpStatusCode.MethodNotAllowed => "This method is not allowed here",
        HttpStatusCode.NotAcceptable => "Answers are application/json",
        HttpStatusCode.RequestEntityTooLarge => TooLarge(RequestLimits.MaxBodyBytes),
        HttpStatusCode.UnsupportedMediaType => "The body must be application/json",
        HttpStatusCode.TooManyRequests => "Too many requests",
        HttpStatusCode.ServiceUnavailable => "The service cannot serve now; try again later",
        >= HttpStatusCode.InternalServerError => "Something went wrong here",
        _ => "The request was refused",
    };

    /// <summary>What is said of a body that is larger than the route takes.</summary>
    public static string TooLarge(long maxBytes) => $"The body is larger than {maxBytes} bytes";

    private IErrorFamily FamilyOf(HttpContext context) => families.First(family => family.Includes(context.Request.Path));

    private Task WriteAsync(HttpContext context, ErrorAnswer answer)
    {
        context.Response.StatusCode = (int)answer.Status;
        return context.Response.WriteAsJsonAsync(answer.Body, answer.Body.GetType(), json.Value.JsonSerializerOptions, "application/json; charset=utf-8", context.RequestAborted);
    }
}
