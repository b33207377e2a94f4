using System.ComponentModel.DataAnnotations;
using Otp.Api.Security;
using Otp.Application.Passcodes;

namespace Otp.Api.Requests;

/// <summary>That the code is mailed.</summary>
public sealed class SendCodeRequest
{
    /// <summary>The link in the mail, with placeholders such as <c>{{.Code}}</c>: at most 200 characters, to an allowed host.</summary>
    public string? UrlTemplate { get; set; }
}

/// <summary>That the code is answered to the caller; needs the permission <c>otp.users.write</c>.</summary>
public sealed class ReturnCodeRequest;

/// <summary>How a code gets to its user: by mail where nothing is said.</summary>
public abstract class CodeRequest : IValidatableObject, IPrivilegedRequest
{
    /// <summary>By mail.</summary>
    public SendCodeRequest? SendCode { get; set; }

    /// <summary>In the answer; needs the permission <c>otp.users.write</c>.</summary>
    public ReturnCodeRequest? ReturnCode { get; set; }

    bool IPrivilegedRequest.IsPrivileged => IsPrivileged;

    internal virtual bool IsPrivileged => ReturnCode is not null;

    internal virtual PasscodeDelivery Delivery =>
        ReturnCode is not null ? new PasscodeDelivery.ToCaller() : new PasscodeDelivery.ByMail(SendCode?.UrlTemplate);

    private protected virtual int Choices => (SendCode is null ? 0 : 1) + (ReturnCode is null ? 0 : 1);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Choices > 1 ? [new ValidationResult("cannot be given together with another choice", [nameof(SendCode)])] : [];

    internal static PasscodeDelivery DeliveryOf(CodeRequest? request) => request?.Delivery ?? new PasscodeDelivery.ByMail();
}

/// <summary>The body of <c>ResendEmailCode</c>, <c>SendEmailCode</c> and <c>ResendContactEmailCode</c>.</summary>
public sealed class ResendCodeRequest : CodeRequest;

/// <summary>How the code for an address gets to its user, or that none is needed.</summary>
public abstract class AddressRequest : CodeRequest
{
    /// <summary>That the address is the user's without a code; needs the permission <c>otp.users.write</c>.</summary>
    public bool? IsVerified { get; set; }

    internal override bool IsPrivileged => base.IsPrivileged || IsVerified == true;

    internal override PasscodeDelivery Delivery => IsVerified == true ? new PasscodeDelivery.NotNeeded() : base.Delivery;

    private protected override int Choices => base.Choices + (IsVerified == true ? 1 : 0);
}
