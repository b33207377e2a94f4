using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Otp.Domain.Passcodes;

namespace Otp.Api.Http;

/// <summary>How JSON is read and written.</summary>
internal static class JsonRegistration
{
    /// <summary>Strict in, plain out.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.AllowDuplicateProperties = false;
        options.MaxDepth = RequestLimits.MaxJsonDepth;

        // Answers are application/json with nosniff and never part of a page: an address need not read a\u002Bb@c.de.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.Converters.Add(new UtcTimeConverter());
        options.Converters.Add(new PasscodeConverter());
    }

    /// <summary>ISO 8601 in UTC with milliseconds and a <c>Z</c>.</summary>
    private sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
        {
            // Without the last four of the seven digits that a second has in this format.
            Span<byte> text = stackalloc byte[32];
            value.UtcDateTime.TryFormat(text, out _, "O", CultureInfo.InvariantCulture);
            const int Milliseconds = 23;
            text[Milliseconds] = (byte)'Z';
            writer.WriteStringValue(text[..(Milliseconds + 1)]);
        }
    }

    /// <summary>A passcode comes in as a string, and never goes out.</summary>
    private sealed class PasscodeConverter : JsonConverter<Passcode>
    {
        public override Passcode Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String ? Passcode.FromInput(reader.GetString()!) : throw new JsonException();

        public override void Write(Utf8JsonWriter writer, Passcode value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
