using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Otp.Api.Controllers;
using Otp.Api.Http;
using Otp.Application.Common;
using Otp.Domain.Common;

namespace Otp.Api.Tests.Errors;

/// <summary>A controller as a team adds one: it fails in each way that there is.</summary>
[Route("test")]
public sealed class FaultyController : OtpController
{
    /// <summary>What nobody may get to see.</summary>
    public const string Secret = "Host=db;Password=hunter2; SELECT hash FROM email_verifications -- 482913";

    [HttpGet("fault"), AllowAnonymous]
    public IActionResult Fault() => User is null ? Ok() : throw new InvalidOperationException(Secret);

    [HttpGet("fault-of-handler")]
    public Task<ActionResult<Envelope<string>>> FaultOfHandler() => SendAsync(new FailQuery(null));

    [HttpGet("refusal/{kind}")]
    public Task<ActionResult<Envelope<string>>> Refuse(ErrorKind kind) => SendAsync(new FailQuery(kind));
}

/// <summary>Is refused with a kind of error, or throws.</summary>
public sealed record FailQuery(ErrorKind? Kind) : IQuery<Result<string>>;

internal sealed class FailHandler : IRequestHandler<FailQuery, Result<string>>
{
    public Task<Result<string>> Handle(FailQuery request, CancellationToken cancellationToken) => request.Kind is { } kind
        ? Task.FromResult(Result<string>.Failure(new DomainError("Test.Refused", kind, "Refused on purpose")))
        : throw new InvalidOperationException(FaultyController.Secret, new FormatException(FaultyController.Secret));
}
