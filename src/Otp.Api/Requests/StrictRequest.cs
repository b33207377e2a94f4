using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Otp.Api.Requests;

/// <summary>A body under <c>/api/v1</c>: a member that it does not know is refused, by name.</summary>
public abstract class StrictRequest : IValidatableObject
{
    /// <summary>Members that the request does not have.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? UnknownMembers { get; set; }

    /// <inheritdoc />
    public virtual IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        UnknownMembers?.Keys.Select(member => new ValidationResult("is not known", [member])) ?? [];
}
