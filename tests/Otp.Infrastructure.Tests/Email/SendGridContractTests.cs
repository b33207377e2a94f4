using System.Text.Json;
using System.Text.Json.Nodes;
using NJsonSchema;
using Otp.Application.Common.Ports;
using Otp.Infrastructure.Email;
using Otp.Infrastructure.Email.SendGrid;

namespace Otp.Infrastructure.Tests.Email;

/// <summary>What is sent, against SendGrid's own published OpenAPI description (see its source in the file).</summary>
public sealed class SendGridContractTests
{
    private static readonly EmailMessage Mail = new(
        new Guid("01940000-0000-7000-8000-00000000abcd"), "email-verification", "ada@example.com", "Verify — “it”", "Text", "<p>Html</p>", null);

    /// <summary>Every optional combination, with every kind of mail.</summary>
    public static TheoryData<bool, string, string, bool> Combinations
    {
        get
        {
            var data = new TheoryData<bool, string, string, bool>();
            foreach (var category in new[] { "email-verification", "factor-registration", "login-challenge", "address-changed", "factor-added", "factor-removed" })
            {
                foreach (var name in new[] { "", "Acme", "Ötp & \"Söhne\"" })
                {
                    data.Add(false, name, category, false);
                    data.Add(true, name, category, false);
                    data.Add(false, name, category, true);
                    data.Add(true, name, category, true);
                }
            }

            return data;
        }
    }

    /// <summary>Requests that the description does not allow: the check must find each.</summary>
    public static TheoryData<string, string> Guilty => new()
    {
        { "$.subject", "" },
        { "$.subject", "7" },
        { "$.from.email", "null" },
        { "$.from.emial", "\"otp@example.com\"" },
        { "$.from.email", "\"not an address\"" },
        { "$.personalizations[0].to[0].email", "null" },
        { "$.personalizations[0].cc", "\"eve@example.net\"" },
        { "$.personalizations", "{}" },
        { "$.content[0].value", "\"\"" },
        { "$.categories", "[\"a\", \"a\"]" },
        { "$.tracking_settings.click_tracking.enabled", "false" },
        { "$.mail_settings.sandbox_mode.enable", "\"yes\"" },
        { "$.sandbox", "true" },
    };

    [Theory, MemberData(nameof(Combinations))]
    public async Task Write_WhenAnOptionIsSet_ShouldKeepToSendGridsDescription(bool sandbox, string name, string category, bool isInternational)
    {
        var body = Write(sandbox, name, Mail with { Category = category }, isInternational ? "otp@bücher.example" : "otp@example.com");

        (await FindFaultsAsync(body)).Should().BeEmpty(body.ToJsonString());
        (body["mail_settings"]?["sandbox_mode"]?["enable"]?.GetValue<bool>() ?? false).Should().Be(sandbox);
        (body["from"]!["name"]?.GetValue<string>()).Should().Be(name.Length == 0 ? null : name);
    }

    [Theory, MemberData(nameof(Guilty))]
    public async Task FindFaults_WhenTheRequestIsWrong_ShouldSayIt(string path, string value)
    {
        var body = Write(sandbox: true, "Acme", Mail, "otp@example.com");
        var steps = path[2..].Replace("[0]", ".0", StringComparison.Ordinal).Split('.');
        JsonNode parent = body;
        foreach (var step in steps[..^1])
        {
            parent = step == "0" ? parent[0]! : parent[step]!;
        }

        if (value.Length == 0)
        {
            parent.AsObject().Remove(steps[^1]);
        }
        else
        {
            parent[steps[^1]] = JsonNode.Parse(value);
        }

        (await FindFaultsAsync(body)).Should().NotBeEmpty();
    }

    [Theory]
    [InlineData("Acme\r\nBcc: eve@example.net", "Acme  Bcc: eve@example.net")]
    [InlineData("Acme\0\u2028code", "Acme  code")]
    [Trait("Requirement", "SEC-18")]
    public void Write_WhenTheSubjectHasSeveralLines_ShouldMakeItOne(string subject, string expected) =>
        Write(sandbox: false, "Acme", Mail with { Subject = subject }, "otp@example.com")["subject"]!.GetValue<string>().Should().Be(expected);

    [Theory]
    [InlineData("ada@example.com, eve@example.net")]
    [InlineData("ada@example.com\r\nBcc: eve@example.net")]
    [InlineData("ada@example.com\"}], \"bcc\": [{\"email\": \"eve@example.net")]
    [Trait("Requirement", "SEC-18")]
    public void Write_WhenTheRecipientIsAwkward_ShouldNeverNameASecondOne(string recipient)
    {
        var body = Write(sandbox: false, "Acme", Mail with { Recipient = recipient }, "otp@example.com");

        var personalization = body["personalizations"]!.AsArray().Should().ContainSingle().Subject!.AsObject();
        personalization.Select(property => property.Key).Should().Equal("to", "custom_args");
        personalization["to"]!.AsArray().Should().ContainSingle().Which!["email"]!.GetValue<string>().Should().Be(recipient);
    }

    [Fact]
    public void Description_WhenItListsAnswers_ShouldListThoseThatTheSenderTests() =>
        Description()["paths"]!["/mail/send"]!["post"]!["responses"]!.AsObject().Select(answer => answer.Key).Should().Equal("202", "400", "401", "403", "404", "413", "500");

    private static JsonObject Write(bool sandbox, string name, EmailMessage message, string from)
    {
        var options = new EmailOptions
        {
            From = new EmailFromOptions { Address = from, Name = name },
            SendGrid = new SendGridOptions { Sandbox = sandbox },
        };
        return JsonSerializer.SerializeToNode(SendGridMail.Write(message, options), SendGridJson.Default.SendGridMail)!.AsObject();
    }

    private static JsonObject Description()
    {
        using var stream = typeof(SendGridContractTests).Assembly.GetManifestResourceStream("sendgrid-mail-send.json")!;
        return JsonNode.Parse(stream)!.AsObject();
    }

    private static async Task<IEnumerable<string>> FindFaultsAsync(JsonObject body)
    {
        var description = Description();
        var root = description["paths"]!["/mail/send"]!["post"]!["requestBody"]!["content"]!["application/json"]!["schema"]!.DeepClone().AsObject();
        root["definitions"] = description["components"]!["schemas"]!.DeepClone();
        Close(root);
        var schema = await JsonSchema.FromJsonAsync(root.ToJsonString().Replace("#/components/schemas/", "#/definitions/", StringComparison.Ordinal));
        return schema.Validate(body.ToJsonString()).Select(fault => $"{fault.Path}: {fault.Kind}");
    }

    /// <summary>The description allows properties that it does not list; a misspelt one must not pass.</summary>
    private static void Close(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject schema:
                if (schema["properties"] is JsonObject && schema["type"] is JsonValue)
                {
                    schema["additionalProperties"] = false;
                }

                foreach (var (_, child) in schema.ToList())
                {
                    Close(child);
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Close(item);
                }

                break;
            default:
                break;
        }
    }
}
