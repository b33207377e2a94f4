using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Otp.Application.Common;
using Otp.Domain.Common;

namespace Otp.Api.Http;

/// <summary>Answers with an error.</summary>
internal sealed class ErrorResult : ActionResult
{
    private readonly DomainError? _error;

    /// <summary>What the domain refuses.</summary>
    public ErrorResult(DomainError error) => _error = error;

    /// <summary>What could not be read (400), or has wrong members (422).</summary>
    public ErrorResult(ModelStateDictionary modelState)
    {
        var isUnreadable = modelState.Any(entry => entry.Key.Length == 0 || IsJsonPath(entry.Key) || entry.Value!.Errors.Any(error => error.Exception is not null));
        _error = isUnreadable ? null : RequestErrors.Invalid([.. modelState
            .Where(entry => entry.Value!.Errors.Count > 0)
            .Select(entry => new FieldError(JsonNamingPolicy.CamelCase.ConvertName(entry.Key), entry.Value!.Errors[0].ErrorMessage))]);
    }

    /// <summary>Whether the reader of JSON names a place, such as <c>$.passcode</c>; a member may be called <c>$ref</c>.</summary>
    private static bool IsJsonPath(string key) => key == "$" || key.StartsWith("$.", StringComparison.Ordinal) || key.StartsWith("$[", StringComparison.Ordinal);

    public override Task ExecuteResultAsync(ActionContext context)
    {
        var errors = context.HttpContext.RequestServices.GetRequiredService<ErrorWriter>();
        return _error is null
            ? errors.WriteStatusAsync(context.HttpContext, HttpStatusCode.BadRequest, ErrorWriter.Unreadable)
            : errors.WriteAsync(context.HttpContext, _error);
    }
}
