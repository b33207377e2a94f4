using FluentValidation;
using Otp.Application.Links;

namespace Otp.Application.Passcodes;

/// <summary>How a passcode gets to its user.</summary>
public abstract record PasscodeDelivery
{
    private PasscodeDelivery()
    {
    }

    /// <summary>By mail.</summary>
    /// <param name="UrlTemplate">The link in the mail; the configured one where it is <see langword="null"/>.</param>
    public sealed record ByMail(string? UrlTemplate = null) : PasscodeDelivery;

    /// <summary>The caller gets the code and delivers it; needs a permission.</summary>
    public sealed record ToCaller : PasscodeDelivery;

    /// <summary>None is needed: the caller vouches for the address; needs a permission.</summary>
    public sealed record NotNeeded : PasscodeDelivery;
}

/// <summary>The shape of a delivery.</summary>
internal static class PasscodeDeliveryRules
{
    /// <summary>The template of a link, where the request names one, must be acceptable.</summary>
    public static void DeliveryMustBeAcceptable<T>(this AbstractValidator<T> validator, Func<T, PasscodeDelivery> delivery, LinkOptions links) =>
        validator.RuleFor(request => TemplateOf(delivery(request)))
            .Must(template => LinkTemplate.IsAcceptable(template!, links))
            .When(request => TemplateOf(delivery(request)) is not null)
            .WithMessage($"must be an https URL of at most {LinkTemplate.MaxLength} characters with an allowed host and known placeholders")
            .OverridePropertyName("sendCode.urlTemplate");

    private static string? TemplateOf(PasscodeDelivery delivery) => (delivery as PasscodeDelivery.ByMail)?.UrlTemplate;
}
