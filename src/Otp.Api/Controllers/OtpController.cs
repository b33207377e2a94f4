using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Otp.Api.Http;
using Otp.Api.Security;
using Otp.Application.Common;
using Otp.Domain.Common;

namespace Otp.Api.Controllers;

/// <summary>What all controllers share: they bind, send, and answer with the envelope or with an error of their family.</summary>
[ApiController]
[Authorize]
[Produces("application/json")]
public abstract class OtpController : ControllerBase
{
    /// <summary>Who calls.</summary>
    protected Caller Caller => HttpContext.RequestServices.GetRequiredService<CallerFactory>().Create(HttpContext);

    /// <summary>Sends a command or query and answers with what becomes of it.</summary>
    /// <typeparam name="T">What is answered on success.</typeparam>
    protected async Task<ActionResult<Envelope<T>>> SendAsync<T>(IRequest<Result<T>> request, CancellationToken cancellationToken)
        where T : notnull
    {
        var result = await HttpContext.RequestServices.GetRequiredService<IMediator>().Send(request, cancellationToken);
        return result.IsSuccess ? new Envelope<T>(result.Value) : new ErrorResult(result.Error);
    }

    /// <summary>Sends a command that has nothing to say on success.</summary>
    protected async Task<ActionResult<EmptyEnvelope>> SendAsync(IRequest<Result> request, CancellationToken cancellationToken)
    {
        var result = await HttpContext.RequestServices.GetRequiredService<IMediator>().Send(request, cancellationToken);
        return result.IsSuccess ? new EmptyEnvelope() : new ErrorResult(result.Error);
    }
}
