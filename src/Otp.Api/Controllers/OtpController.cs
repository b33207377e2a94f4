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
    /// <summary>The user that the request is about: the one in the route, else the caller.</summary>
    protected Subject Subject => HttpContext.RequestServices.GetRequiredService<SubjectFactory>().Create(HttpContext);

    /// <summary>Whose users the caller may list and touch.</summary>
    protected OwnerScope Scope => HttpContext.RequestServices.GetRequiredService<PermissionReader>().ScopeOf(User);

    private IMediator Mediator => HttpContext.RequestServices.GetRequiredService<IMediator>();

    /// <summary>Sends a command or query, which ends with the request, and answers with what becomes of it.</summary>
    /// <typeparam name="T">What is answered on success.</typeparam>
    protected Task<ActionResult<Envelope<T>>> SendAsync<T>(IRequest<Result<T>> request)
        where T : notnull => SendAsync(request, static value => value);

    /// <summary>Sends a command or query and answers with the part of its value that the route shows.</summary>
    /// <typeparam name="T">What the command or query gives.</typeparam>
    /// <typeparam name="TAnswer">What is answered on success.</typeparam>
    protected async Task<ActionResult<Envelope<TAnswer>>> SendAsync<T, TAnswer>(IRequest<Result<T>> request, Func<T, TAnswer> show)
        where T : notnull
        where TAnswer : notnull
    {
        ArgumentNullException.ThrowIfNull(show);
        var result = await Mediator.Send(request, HttpContext.RequestAborted);
        return result.IsSuccess ? new Envelope<TAnswer>(show(result.Value)) : new ErrorResult(result.Error);
    }

    /// <summary>Sends a command that has nothing to say on success.</summary>
    protected async Task<ActionResult<EmptyEnvelope>> SendAsync(IRequest<Result> request)
    {
        var result = await Mediator.Send(request, HttpContext.RequestAborted);
        return result.IsSuccess ? new EmptyEnvelope() : new ErrorResult(result.Error);
    }
}
