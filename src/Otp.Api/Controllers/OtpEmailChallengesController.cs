using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Otp.Api.Http;
using Otp.Api.Requests;
using Otp.Api.Security;
using Otp.Application.OtpEmailFactors;
using Otp.Application.OtpEmailFactors.CreateChallenge;
using Otp.Application.OtpEmailFactors.GetChallenge;
using Otp.Application.OtpEmailFactors.ResendChallenge;
using Otp.Application.OtpEmailFactors.VerifyChallenge;
using Otp.Application.Passcodes;

namespace Otp.Api.Controllers;

/// <summary>Asks a user to prove a factor: the authenticated one, to step up; or one by id, for a login service.</summary>
[Authorize(Policy = Permissions.WriteUser)]
[Tags("Challenges")]
[ProducesResponseType(StatusCodes.Status403Forbidden)]
[ProducesResponseType<ErrorBody>(StatusCodes.Status404NotFound)]
public sealed class OtpEmailChallengesController : OtpController
{
    private const string Mine = "api/v1/user/me/otp_email/challenges";
    private const string OfUser = "api/v1/users/{userId}/otp_email/challenges";

    /// <summary>Makes a challenge and mails its code.</summary>
    [HttpPost(Mine, Name = "CreateMyOtpEmailChallenge")]
    [ProducesResponseType<Envelope<ChallengeDto>>(StatusCodes.Status200OK)]
    [ProducesResponseType<ErrorBody>(StatusCodes.Status409Conflict)]
    [ProducesResponseType<ErrorBody>(StatusCodes.Status429TooManyRequests)]
    [LimitClient(ClientLimit.Sends)]
    public Task<ActionResult<Envelope<ChallengeDto>>> CreateMine(
        [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] CreateMyChallengeRequest? request) =>
        SendAsync(
            new CreateChallengeCommand(Subject, Ids.ParseOptional(request?.OtpEmailId), new PasscodeDelivery.ByMail(request?.SendCode?.UrlTemplate)));

    /// <summary>Makes a challenge of a user; the code is mailed, or answered as <c>passcode</c> where the body asks for it.</summary>
    [HttpPost(OfUser, Name = "CreateOtpEmailChallenge")]
    [ProducesResponseType<Envelope<ChallengeDto>>(StatusCodes.Status200OK)]
    [ProducesResponseType<ErrorBody>(StatusCodes.Status409Conflict)]
    [ProducesResponseType<ErrorBody>(StatusCodes.Status429TooManyRequests)]
    [LimitClient(ClientLimit.Sends)]
    public Task<ActionResult<Envelope<ChallengeDto>>> Create(
        [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] CreateChallengeRequest? request) =>
        SendAsync(new CreateChallengeCommand(Subject, Ids.ParseOptional(request?.OtpEmailId), ChallengeCodeRequest.DeliveryOf(request)));

    /// <summary>Says how a challenge stands.</summary>
    [HttpGet(Mine + "/{challengeId}", Name = "GetMyOtpEmailChallenge")]
    [HttpGet(OfUser + "/{challengeId}", Name = "GetOtpEmailChallenge")]
    [ProducesResponseType<Envelope<ChallengeDto>>(StatusCodes.Status200OK)]
    public Task<ActionResult<Envelope<ChallengeDto>>> Get(string challengeId) =>
        SendAsync(new GetChallengeQuery(Subject, Ids.Parse(challengeId)));

    /// <summary>Replaces the code of a challenge and mails the new one.</summary>
    [HttpPost(Mine + "/{challengeId}/resend", Name = "ResendMyOtpEmailChallenge")]
    [ProducesResponseType<Envelope<ChallengeDto>>(StatusCodes.Status200OK)]
    [ProducesResponseType<ErrorBody>(StatusCodes.Status409Conflict)]
    [ProducesResponseType<ErrorBody>(StatusCodes.Status429TooManyRequests)]
    [LimitClient(ClientLimit.Sends)]
    public Task<ActionResult<Envelope<ChallengeDto>>> ResendMine(string challengeId) =>
        SendAsync(new ResendChallengeCommand(Subject, Ids.Parse(challengeId), new PasscodeDelivery.ByMail()));

    /// <summary>Replaces the code of a user's challenge; the new one is mailed, or answered as <c>passcode</c> where the body asks for it.</summary>
    [HttpPost(OfUser + "/{challengeId}/resend", Name = "ResendOtpEmailChallenge")]
    [ProducesResponseType<Envelope<ChallengeDto>>(StatusCodes.Status200OK)]
    [ProducesResponseType<ErrorBody>(StatusCodes.Status409Conflict)]
    [ProducesResponseType<ErrorBody>(StatusCodes.Status429TooManyRequests)]
    [LimitClient(ClientLimit.Sends)]
    public Task<ActionResult<Envelope<ChallengeDto>>> Resend(
        string challengeId, [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] ResendChallengeRequest? request) =>
        SendAsync(new ResendChallengeCommand(Subject, Ids.Parse(challengeId), ChallengeCodeRequest.DeliveryOf(request)));

    /// <summary>Proves the factor with the code from the mail.</summary>
    /// <remarks>A wrong code is 400 <c>InvalidPasscodeError</c> and counts, an expired one 400 <c>PasscodeExpiredError</c>; 429 when exhausted or locked; 409 after a success.</remarks>
    [HttpPost(Mine + "/{challengeId}/verify", Name = "VerifyMyOtpEmailChallenge")]
    [HttpPost(OfUser + "/{challengeId}/verify", Name = "VerifyOtpEmailChallenge")]
    [Consumes("application/json")]
    [ProducesResponseType<Envelope<ChallengeDto>>(StatusCodes.Status200OK)]
    [ProducesResponseType<ErrorBody>(StatusCodes.Status409Conflict)]
    [ProducesResponseType<ErrorBody>(StatusCodes.Status429TooManyRequests)]
    [LimitClient(ClientLimit.Guesses)]
    public Task<ActionResult<Envelope<ChallengeDto>>> Verify(string challengeId, VerifyChallengeRequest request) =>
        SendAsync(new VerifyChallengeCommand(Subject, Ids.Parse(challengeId), request.Passcode!));
}
