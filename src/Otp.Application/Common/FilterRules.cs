using System.Text.Json;
using FluentValidation;
using Otp.Domain.EmailVerifications;

namespace Otp.Application.Common;

/// <summary>The shapes of what lists are filtered by, as rules of validators.</summary>
internal static class FilterRules
{
    /// <summary>It can be the id of a user.</summary>
    public static IRuleBuilderOptions<T, string?> MustBeUserIdIfGiven<T>(this IRuleBuilder<T, string?> rule) =>
        rule.MaximumLength(UserIdentity.MaxUserIdLength).WithMessage($"must be at most {UserIdentity.MaxUserIdLength} characters")
            .Must(text => text is null || !text.Any(char.IsControl)).WithMessage("must not hold control characters");

    /// <summary>It is the id of an entry.</summary>
    public static IRuleBuilderOptions<T, string?> MustBeIdIfGiven<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(text => text is null || Guid.TryParse(text, out _)).WithMessage("must be an id of this list");

    /// <summary>It is the name of a value of an enumeration, as answers write it.</summary>
    public static IRuleBuilderOptions<T, string?> MustNameOneOfIfGiven<T, TEnum>(this IRuleBuilder<T, string?> rule)
        where TEnum : struct, Enum =>
        rule.Must(text => text is null || Enum.GetNames<TEnum>().Contains(text, StringComparer.OrdinalIgnoreCase))
            .WithMessage($"must be one of {string.Join(", ", Enum.GetNames<TEnum>().Select(JsonNamingPolicy.CamelCase.ConvertName))}");
}
