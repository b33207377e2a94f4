using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace Otp.Fuzz.Tests;

/// <summary>Bodies: JSON that a schema allows, JSON that it does not, and what is no JSON.</summary>
internal static class Json
{
    private static readonly string[] Odd =
    [
        "null", "true", "false", "0", "-0", "1", "-1", "1.5", "1e400", "-1e-400", "123456", "9223372036854775808", "1E+2", "00", "0x1", "NaN", "Infinity", "\"\"", "\" \"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\\ud800\"",
        "\"\\u202e\"", "\"\\x\"", "\"", "'a'", "[]", "{}", "[null]", "[[]]", "[{}]", "{\"\":0}", "{\"a\":{\"a\":{}}}", "{\"\\ud800\":1}", "{\"$ref\":\"#\"}", "{\"__proto__\":{}}", "//", "/* */", "", "undefined", "[1,]", "{\"a\":1,}",
    ];

    /// <summary>A value that is none of those that are expected.</summary>
    public static Gen<string> OddValue { get; } = Gen.Frequency(
        (8, Gen.Elements(Odd)),
        (1, from depth in Gen.Choose(2, 9) select Deep(1 << depth)),
        (1, from digits in Gen.Choose(1, 4_000) select new string('9', digits)),
        (2, Texts.Any.Select(Quote)));

    /// <summary>Keeps what is no text of its own: halves of surrogate pairs are escaped.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        for (var index = 0; index < text.Length; index++)
        {
            var c = text[index];
            var isPair = char.IsHighSurrogate(c) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]);
            if (isPair)
            {
                quoted.Append(c).Append(text[++index]);
            }
            else if (c is '"' or '\\' or < ' ' || char.IsSurrogate(c))
            {
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
            else
            {
                quoted.Append(c);
            }
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>Values that a schema allows, with some that it does not.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="resolve">What a reference leads to.</param>
    /// <param name="text">The texts of a member.</param>
    /// <param name="oddness">How often, in 100, a value or member is another than it should be.</param>
    public static Gen<string> Of(JsonObject schema, Func<string, JsonObject> resolve, Func<string, Gen<string>> text, int oddness) => Of(schema, resolve, text, oddness, "");

    /// <summary>The bytes of almost right bodies.</summary>
    public static Gen<byte[]> ToBytes(this Gen<string> json) =>
        from body in json
        let right = Encoding.UTF8.GetBytes(body)
        from kind in Gen.Frequency((70, Gen.Constant(0)), (30, Gen.Choose(1, 11)))
        from at in Gen.Choose(0, 1000)
        from noise in Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf(12)
        let start = right.Length * at / 1000
        select kind switch
        {
            0 => right,
            1 => right[..start],
            2 => [.. right[..start], .. noise[..(1 + (at % 4))], .. right[Math.Min(right.Length, start + 1)..]],
            3 => [.. right[..start], 0xC0, 0xAF, 0xFF, .. right[start..]],
            4 => [0xEF, 0xBB, 0xBF, .. right],
            5 => Encoding.Unicode.GetBytes(body),
            6 => [.. right, .. right],
            7 => [.. right, .. noise],
            8 => noise,
            9 => [.. Enumerable.Repeat((byte)' ', at * 40), .. right],
            10 => [.. right[..start], .. Enumerable.Repeat((byte)'[', at), .. right[start..]],
            _ => Encoding.UTF32.GetBytes(body),
        };

    private static string Deep(int depth) => $"{new string('[', depth)}{new string(']', depth)}";

    private static Gen<string> Of(JsonObject schema, Func<string, JsonObject> resolve, Func<string, Gen<string>> text, int oddness, string name) =>
        Gen.Frequency((100 - oddness, Right(schema, resolve, text, oddness, name)), (oddness, OddValue));

    private static Gen<string> Right(JsonObject schema, Func<string, JsonObject> resolve, Func<string, Gen<string>> text, int oddness, string name)
    {
        if ((string?)schema["$ref"] is { } reference)
        {
            return Right(resolve(reference), resolve, text, oddness, name);
        }

        if (schema["oneOf"] is JsonArray choices)
        {
            return Gen.OneOf(choices.Select(choice => Right(choice!.AsObject(), resolve, text, oddness, name)));
        }

        if (schema["enum"] is JsonArray values)
        {
            return Gen.Elements(values.Select(value => value?.ToJsonString() ?? "null"));
        }

        return (string?)schema["type"] switch
        {
            "object" => Members(schema, resolve, text, oddness),
            "array" => from count in Gen.Choose(0, 3)
                       from items in Of(schema["items"]?.AsObject() ?? [], resolve, text, oddness, name).ArrayOf(count)
                       select $"[{string.Join(',', items)}]",
            "boolean" => Gen.Elements("true", "false"),
            "integer" or "number" => Gen.Choose(-2, 2_000_000_000).Select(number => number.ToString(CultureInfo.InvariantCulture)),
            "string" => text(name).Select(Quote),
            _ => OddValue,
        };
    }

    private static Gen<string> Members(JsonObject schema, Func<string, JsonObject> resolve, Func<string, Gen<string>> text, int oddness)
    {
        var required = schema["required"]?.AsArray().Select(item => (string)item!).ToHashSet() ?? [];
        var members = (schema["properties"]?.AsObject() ?? []).Select(property => Gen.Frequency(
            (required.Contains(property.Key) ? 98 : 50, Of(property.Value!.AsObject(), resolve, text, oddness, property.Key).Select(value => $"{JsonSerializer.Serialize(property.Key)}:{value}")),
            (required.Contains(property.Key) ? 2 : 50, Gen.Constant(""))));
        return from all in members.Append(Extra(oddness)).Append(Extra(oddness)).CollectToArray()
               from repeat in Gen.Choose(0, 99)
               let given = all.Where(member => member.Length > 0).ToList()
               select $"{{{string.Join(',', repeat < oddness && given.Count > 0 ? given.Append(given[repeat % given.Count]) : given)}}}";
    }

    private static Gen<string> Extra(int oddness) => Gen.Frequency(
        (200 - oddness, Gen.Constant("")),
        (oddness, from name in Gen.OneOf(Texts.Any, Gen.Elements(".", "[", "a.", "a[0].", "x").Zip(Gen.Choose(1, 200), (piece, count) => string.Concat(Enumerable.Repeat(piece, count))), Gen.Elements("isVerified", "state", "sequence", "numberOfAttempts", "userId", "$id", "$type", "$.x", "__proto__", "Email", "PASSCODE")) from value in OddValue select $"{Quote(name)}:{value}"));

    private static Gen<T[]> CollectToArray<T>(this IEnumerable<Gen<T>> generators) => Gen.CollectToArray(generators);
}
