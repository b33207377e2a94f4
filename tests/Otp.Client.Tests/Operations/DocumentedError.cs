using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Otp.TestKit;

namespace Otp.Client.Tests.Operations;

/// <summary>An error that the API's description names for an operation.</summary>
/// <param name="Operation">The operation's id.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Name">The error's name, or the id in its details.</param>
/// <param name="Code">The google.rpc.Code, in the families that have one.</param>
/// <param name="Message">The message of the example, without the id that a message of those families ends with.</param>
internal sealed record DocumentedError(string Operation, HttpStatusCode Status, string Name, int? Code, string Message)
{
    private static readonly Lazy<JsonObject> Document = new(() => JsonNode.Parse(File.ReadAllText(Repository.PathOf("docs", "openapi", "v1.json")))!.AsObject());

    /// <summary>The ids of all operations that the description has.</summary>
    public static IEnumerable<string> Operations => AllOperations.Select(operation => (string)operation["operationId"]!);

    /// <summary>All errors of all operations.</summary>
    public static IEnumerable<DocumentedError> All =>
        from operation in AllOperations
        from response in operation["responses"]!.AsObject()
        let status = int.Parse(response.Key, CultureInfo.InvariantCulture)
        where status >= 400
        from example in ExamplesOf(response.Value!["content"]!["application/json"]!)
        select Read((string)operation["operationId"]!, (HttpStatusCode)status, example);

    private static IEnumerable<JsonObject> AllOperations =>
        Document.Value["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).Select(operation => operation.Value!.AsObject());

    /// <summary>Whether the message depends on the request, or names its trace.</summary>
    public bool IsMessageOfTheRequest => (int)Status >= 500 || Name is OtpErrorNames.Ids.RequestInvalid;

    public override string ToString() => $"{Operation} {(int)Status} {Name} {Message}";

    private static IEnumerable<JsonNode> ExamplesOf(JsonNode media) =>
        media["examples"] is JsonObject examples ? examples.Select(example => example.Value!["value"]!) : [media["example"]!];

    private static DocumentedError Read(string operation, HttpStatusCode status, JsonNode body)
    {
        if (body["error"] is { } error)
        {
            return new(operation, status, (string)error["name"]!, null, (string)error["message"]!);
        }

        var detail = body["details"]![0]!;
        return new(operation, status, (string)detail["id"]!, (int)body["code"]!, (string)detail["message"]!);
    }
}
