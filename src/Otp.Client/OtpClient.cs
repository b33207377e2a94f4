using System.Text.Json;
using System.Text.Json.Serialization;

namespace Otp.Client;

/// <summary>
/// The client of the service: one method an operation, generated from the service's description. It needs an <see cref="HttpClient"/> whose
/// <see cref="HttpClient.BaseAddress"/> ends with a slash, and that sends a bearer token; <see cref="OtpClientRegistration.AddOtpClient"/> makes one.
/// </summary>
public partial class OtpClient
{
    static partial void UpdateJsonSerializerSettings(JsonSerializerOptions settings)
    {
        // What has no value is left out: the service refuses null.
        settings.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;

        // The generator says so of single members, but not of lists.
        settings.Converters.Add(new JsonStringEnumConverter());
    }
}
