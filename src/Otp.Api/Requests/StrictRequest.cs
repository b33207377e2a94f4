using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Otp.Api.Requests;

/// <summary>A body under <c>/api/v1</c>: a member that it does not know is refused, by name.</summary>
public abstract class StrictRequest : IValidatableObject
{
    /// <summary>Dots and brackets of a name that is reported: the framework fails over a name with more than 32.</summary>
    private const int MaxParts = 16;

    /// <summary>Members that the request does not have.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? UnknownMembers { get; set; }

    /// <inheritdoc />
    public virtual IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        UnknownMembers?.Keys.Select(member => new ValidationResult("is not known", [Shorten(member)])) ?? [];

    private static string Shorten(string member)
    {
        var parts = 0;
        for (var index = 0; index < member.Length; index++)
        {
            if (member[index] is '.' or '[' && ++parts == MaxParts)
            {
                return $"{member[..index]}\u2026";
            }
        }

        return member;
    }
}
