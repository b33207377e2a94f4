using System.Globalization;
using System.Text.Json;
using Otp.Api.Http;

namespace Otp.Api.Tests.Http;

/// <summary>Times in answers: ISO 8601, in UTC, with milliseconds and a <c>Z</c>.</summary>
public sealed class JsonTimeTests
{
    [Theory]
    [InlineData("2026-11-27T17:17:06.7039999+02:00", "2026-11-27T15:17:06.703Z")]
    [InlineData("2026-11-27T17:17:06Z", "2026-11-27T17:17:06.000Z")]
    [InlineData("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.999Z")]
    [InlineData("0001-01-01T00:00:00.0010000Z", "0001-01-01T00:00:00.001Z")]
    public void Write_OfATime_ShouldBeInUtcAndCutToMilliseconds(string time, string expected)
    {
        var options = new JsonSerializerOptions();
        JsonRegistration.Configure(options);

        JsonSerializer.Serialize(DateTimeOffset.Parse(time, CultureInfo.InvariantCulture), options).Should().Be($"\"{expected}\"");
    }
}
