using System.ComponentModel.DataAnnotations;
using Otp.Api.Security;
using Otp.Application.Passcodes;
using Otp.Domain.Passcodes;

namespace Otp.Api.Requests;

/// <summary>That the code is mailed.</summary>
public sealed class StrictSendCodeRequest : StrictRequest
{
    /// <summary>The link in the mail, with placeholders such as <c>{{.Code}}</c>: at most 200 characters, to an allowed host.</summary>
    public string? UrlTemplate { get; set; }
}

/// <summary>That the code is answered to the caller.</summary>
public sealed class StrictReturnCodeRequest : StrictRequest;

/// <summary>The body of <c>CreateMyOtpEmailChallenge</c>.</summary>
public sealed class CreateMyChallengeRequest : StrictRequest
{
    /// <summary>The factor; the contact factor, else the oldest, where it is absent.</summary>
    public string? OtpEmailId { get; set; }

    /// <summary>What the mail shows.</summary>
    public StrictSendCodeRequest? SendCode { get; set; }
}

/// <summary>How the code of a challenge gets to its user: by mail where nothing is said.</summary>
public abstract class ChallengeCodeRequest : StrictRequest, IPrivilegedRequest
{
    /// <summary>By mail.</summary>
    public StrictSendCodeRequest? SendCode { get; set; }

    /// <summary>In the answer.</summary>
    public StrictReturnCodeRequest? ReturnCode { get; set; }

    bool IPrivilegedRequest.IsPrivileged => ReturnCode is not null;

    /// <inheritdoc />
    public override IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => SendCode is not null && ReturnCode is not null
        ? base.Validate(validationContext).Append(new ValidationResult("cannot be given together with returnCode", [nameof(SendCode)]))
        : base.Validate(validationContext);

    internal static PasscodeDelivery DeliveryOf(ChallengeCodeRequest? request) =>
        request?.ReturnCode is not null ? new PasscodeDelivery.ToCaller() : new PasscodeDelivery.ByMail(request?.SendCode?.UrlTemplate);
}

/// <summary>The body of <c>ResendOtpEmailChallenge</c>.</summary>
public sealed class ResendChallengeRequest : ChallengeCodeRequest;

/// <summary>The body of <c>CreateOtpEmailChallenge</c>.</summary>
public sealed class CreateChallengeRequest : ChallengeCodeRequest
{
    /// <summary>The factor; the contact factor, else the oldest, where it is absent.</summary>
    public string? OtpEmailId { get; set; }
}

/// <summary>The body of <c>VerifyMyOtpEmailChallenge</c> and <c>VerifyOtpEmailChallenge</c>.</summary>
public sealed class VerifyChallengeRequest : StrictRequest
{
    /// <summary>The passcode from the mail; spaces and hyphens in it do not matter.</summary>
    [Required(ErrorMessage = "is required")]
    public Passcode? Passcode { get; set; }
}

/// <summary>Ids in routes and bodies.</summary>
internal static class Ids
{
    /// <summary>The id that a text names. A text that is no id names none that exists.</summary>
    public static Guid Parse(string text) => Guid.TryParse(text, out var id) ? id : Guid.Empty;

    /// <summary>The same for a text that may be absent.</summary>
    public static Guid? ParseOptional(string? text) => text is null ? null : Parse(text);
}
