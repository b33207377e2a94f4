using FluentValidation;
using Otp.Domain.Emails;

namespace Otp.Application.Passcodes;

/// <summary>The shape of an address, as a rule of a validator.</summary>
internal static class EmailAddressRule
{
    /// <summary>It must be one mailbox (rule 16).</summary>
    public static IRuleBuilderOptions<T, string?> MustBeOneEmailAddress<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(email => EmailAddress.TryParse(email, out _)).WithMessage("must be one e-mail address");
}
