using Otp.Api.Security;
using Otp.Application.Common.Ports;

namespace Otp.Api.Http;

/// <summary>
/// Reads the verification that a route begins with, before the action runs. Only this then waits for the database, and not each of the dozen calls between here
/// and there, of the framework and our own: a call that waits is kept and resumed, and costs several times as much (decision 28).
/// </summary>
internal sealed class ReadAhead(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<ReadsVerificationAttribute>() is { } reads ? ReadAsync(context, reads) : next(context);

    private async Task ReadAsync(HttpContext context, ReadsVerificationAttribute reads)
    {
        var ahead = context.RequestServices.GetRequiredService<IVerificationReadAhead>();
        await ahead.ReadAsync(SubjectFactory.SubjectOf(context.User), reads.UseOf(context.Request), context.RequestAborted);
        await next(context);
    }
}
