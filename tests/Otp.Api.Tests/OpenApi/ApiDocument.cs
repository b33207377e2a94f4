using System.Text.Json.Nodes;
using Otp.TestKit;

namespace Otp.Api.Tests.OpenApi;

/// <summary>The API's description, as committed or as served.</summary>
internal sealed class ApiDocument(JsonObject json)
{
    private static readonly Lazy<ApiDocument> Lazy = new(() => new ApiDocument(JsonNode.Parse(File.ReadAllText(CommittedPath))!.AsObject()));

    public static string CommittedPath => Repository.PathOf("docs", "openapi", "v1.json");

    public static ApiDocument Committed => Lazy.Value;

    public JsonObject Json => json;

    /// <summary>All operations, each with its method in upper case and its path.</summary>
    public IEnumerable<(string Method, string Path, JsonObject Operation)> Operations =>
        from path in json["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        where operation.Value is JsonObject
        select (operation.Key.ToUpperInvariant(), path.Key, operation.Value!.AsObject());

    public JsonObject? FindOperation(string method, string path) => Operations.FirstOrDefault(item => item.Method == method && item.Path == path).Operation;

    /// <summary>Checks that an answer's status is described, where the operation is one of this version.</summary>
    public void ShouldDescribe(OtpAnswer answer)
    {
        if (FindOperation(answer.Method.Method, answer.Path) is { } operation)
        {
            operation["responses"]!.AsObject().Select(response => response.Key)
                .Should().Contain(((int)answer.Status).ToString(System.Globalization.CultureInfo.InvariantCulture), $"{answer.Method} {answer.Path} answers it");
        }
    }

    /// <summary>What a value does not keep of its schema, as one line each.</summary>
    public IEnumerable<string> Violations(JsonNode? value, JsonObject schema, string at)
    {
        if (schema["$ref"] is { } reference)
        {
            return Violations(value, Resolve((string)reference!), at);
        }

        var type = (string?)schema["type"];
        if (type is not null && type != TypeOf(value))
        {
            return [$"{at} is {TypeOf(value)} and not {type}"];
        }

        if (schema["enum"] is JsonArray values && !values.Any(item => JsonNode.DeepEquals(item, value)))
        {
            return [$"{at} is none of {values.ToJsonString()}"];
        }

        if ((string?)schema["format"] == "date-time" && !DateTimeOffset.TryParse((string?)value, System.Globalization.CultureInfo.InvariantCulture, out _))
        {
            return [$"{at} is not a date"];
        }

        return value switch
        {
            JsonObject members => ViolationsOfObject(members, schema, at),
            JsonArray items when schema["items"] is JsonObject item => items.SelectMany((entry, index) => Violations(entry, item, $"{at}[{index}]")),
            _ => [],
        };
    }

    private static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        System.Text.Json.JsonValueKind.Object => "object",
        System.Text.Json.JsonValueKind.Array => "array",
        System.Text.Json.JsonValueKind.String => "string",
        System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False => "boolean",
        System.Text.Json.JsonValueKind.Number => value.ToJsonString().All(char.IsAsciiDigit) ? "integer" : "number",
        _ => "null",
    };

    private IEnumerable<string> ViolationsOfObject(JsonObject members, JsonObject schema, string at)
    {
        foreach (var name in schema["required"]?.AsArray().Select(item => (string)item!).Where(name => !members.ContainsKey(name)) ?? [])
        {
            yield return $"{at}.{name} is missing";
        }

        var additional = schema["additionalProperties"];
        foreach (var (name, value) in members)
        {
            var property = schema["properties"]?[name] as JsonObject ?? additional as JsonObject;
            if (property is null && (schema["properties"] is not null || additional is not null) && additional?.GetValueKind() != System.Text.Json.JsonValueKind.True)
            {
                yield return $"{at}.{name} is not described";
            }

            foreach (var violation in property is null ? [] : Violations(value, property, $"{at}.{name}"))
            {
                yield return violation;
            }
        }
    }

    private JsonObject Resolve(string reference) =>
        reference.Split('/').Skip(1).Aggregate((JsonNode)json, (node, part) => node[part] ?? throw new InvalidOperationException($"{reference} leads nowhere.")).AsObject();
}
