using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Otp.Api.Tests.OpenApi;
using Otp.Fuzz.Tests.Parsers;

namespace Otp.Fuzz.Tests.Http;

/// <summary>Requests to an operation, made from what the API's description says of it.</summary>
internal static class FuzzRequests
{
    private static readonly string[] RawPieces =
        ["%2F", "%00", "%zz", "%", "%2", "..", ".", "%2e%2e", "a%2fb", "a;b=c", "%C0%AF", "%FF", "+", "a%0d%0ab", "%E2%80%AE", "*", "me", "%20", "~", "a%252fb", "%EF%BF%BF", "%F0%9F%98%80", "%01", "%7F", "{userId}", "-"];

    private static readonly Gen<string> Accept = Gen.Elements(
        "application/json", "*/*", "text/html", "application/*", "application/json;q=0", "application/json; charset=utf-16", "text/html, application/xhtml+xml, */*;q=0.8", "*", "application/json;v=1", "a/b;q=2", ";", "application/problem+json", "image/*;q=0.5");

    private static readonly Gen<string> ContentTypes = Gen.Elements(
        "application/json; charset=utf-8", "application/json; charset=utf-16", "application/json;charset=\"x\"", "application/json; charset=utf-7", "text/json", "application/vnd.api+json", "text/plain", "application/xml", "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded", "application/octet-stream", "*/*", "APPLICATION/JSON", "application/json, text/plain", "application", ";", "");

    private static readonly Gen<string> Traces = Gen.Elements(
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "00-00000000000000000000000000000000-0000000000000000-00", "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00F067AA0BA902B7-01", "x", "|a.b.");

    private static readonly Gen<string> Addresses = Gen.Elements("127.0.0.1", "203.0.113.7", "2001:db8::1", "::ffff:1.2.3.4", "fe80::1%25eth0", "fe80::1%4294967295", "1.2.3.4:80", "[::1]:80", "unknown", "_hidden", "1.2.3.4, 5.6.7.8", "999.1.1.1", "0x7f.1", "\"[::1]\"");

    private static readonly Gen<(string, string)> Header = Gen.OneOf(
        Named("Accept", Accept),
        Named("Accept", Accept),
        Named("Accept-Language", Gen.Elements("de", "de-AT,de;q=0.8,en;q=0.5", "*", "en;q=0")),
        Named("traceparent", Traces),
        Named("tracestate", Gen.Elements("a=b", "a=b,c=d")),
        Named("baggage", Gen.Elements("a=b", "userId=%00")),
        Named("X-Forwarded-For", Addresses),
        Named("X-Forwarded-Proto", Gen.Elements("https", "http", "javascript", "https, http")),
        Named("X-Forwarded-Host", Gen.Elements("evil.example", "evil.example:80")),
        Named("Host", Gen.Elements("evil.example", "localhost:1", "a b", "[::1", "")),
        Named("Origin", Gen.Elements("null", "https://evil.example")),
        Named("Accept-Encoding", Gen.Elements("gzip", "br;q=1", "identity;q=0")),
        Named("Content-Encoding", Gen.Elements("gzip", "deflate", "x")),
        Named("X-HTTP-Method-Override", Gen.Elements("DELETE", "GET")),
        Named("Range", Gen.Elements("bytes=0-1", "bytes=-1")),
        Named("If-None-Match", Gen.Elements("*", "\"x\"")),
        Named("Cookie", Gen.Elements("a=b", "=;")),
        Named("X-Twilio-Email-Event-Webhook-Signature", Gen.Elements("MEUCIGHQ", "x")),
        Named("X-Twilio-Email-Event-Webhook-Timestamp", Gen.Elements("1767225600", "-1", "0")));

    private static readonly Gen<Caller> Callers = Gen.Frequency(
        (1, Gen.Constant(Caller.Anonymous)),
        (6, Gen.Constant(Caller.User)),
        (3, Gen.Constant(Caller.Claimed)),
        (1, Gen.Constant(Caller.Stranger)),
        (5, Gen.Constant(Caller.Operator)),
        (5, Gen.Constant(Caller.Instance)),
        (1, Gen.Constant(Caller.Foreign)),
        (4, Gen.Constant(Caller.OddToken)),
        (1, Gen.Constant(Caller.OddHeader)));

    /// <summary>Requests to an operation.</summary>
    public static Arbitrary<FuzzRequest> To(string method, string path, JsonObject operation) => Arb.From(
        from actual in Gen.Frequency((30, Gen.Constant(method)), (1, Gen.Elements("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "TRACE", "FOO", "get")))
        from values in Gen.CollectToArray(ParametersIn(path), PathValue)
        from query in Query([.. NamesIn(operation, "query")])
        from caller in Callers
        from oddity in OddityOf(caller)
        from headerCount in Gen.Frequency((6, Gen.Constant(0)), (4, Gen.Choose(1, 3)))
        from headers in Header.ArrayOf(headerCount)
        from body in BodyOf(operation)
        from isChunked in Gen.Frequency((7, Gen.Constant(false)), (1, Gen.Constant(true)))
        from wait in Gen.Frequency((8, Gen.Constant(0)), (2, Gen.Elements(1, 61)), (1, Gen.Elements(301, 901, 90_000)))
        select new FuzzRequest(actual, path, values, query, caller, oddity, headers, body.Type, body.Bytes, body.Bytes is not null && isChunked, wait),
        request => request.Shrink());

    /// <summary>Escapes what a request line cannot hold.</summary>
    public static string ToWire(string text) => string.Concat(Encoding.UTF8.GetBytes(text).Select(octet => octet is > (byte)' ' and < 0x7F and not (byte)'#' ? $"{(char)octet}" : $"%{octet:X2}"));

    private static Gen<(string, string)> Named(string name, Gen<string> values) =>
        Gen.Frequency((5, values), (4, Texts.AlmostRight(values, 2_000)), (1, Texts.AlmostRight(values, 36_000))).Select(value => (name, value));

    private static IEnumerable<string> ParametersIn(string path) => path.Split('{', '}').Where((_, index) => index % 2 == 1);

    private static IEnumerable<string> NamesIn(JsonObject operation, string place) =>
        operation["parameters"]?.AsArray().Where(parameter => (string?)parameter!["in"] == place).Select(parameter => (string)parameter!["name"]!) ?? [];

    private static Gen<string> PathValue(string name)
    {
        var known = KnownValue(name);
        return Gen.Frequency(
            (14, known),
            (3, Texts.AlmostRight(known, 300).Select(Uri.EscapeDataString)),
            (1, Texts.AlmostRight(known, 9_000).Select(Uri.EscapeDataString)),
            (2, Gen.Elements(RawPieces)),
            (1, known.Zip(Gen.Elements(RawPieces), string.Concat)));
    }

    private static Gen<string> KnownValue(string name) => name switch
    {
        "userId" => Gen.Elements("KNOWN-USER", "KNOWN-USER", "KNOWN-USER", "KNOWN-CLAIMED", "nobody"),
        "challengeId" => Gen.Constant("KNOWN-CHALLENGE"),
        "otpEmailId" => Gen.Constant("KNOWN-FACTOR"),
        "deliveryId" => Gen.Constant("KNOWN-DELIVERY"),
        "email" => Gen.Elements("KNOWN-ADDRESS", "bounced@example.com", "x%40example.com"),
        "after" => Gen.Elements("KNOWN-DELIVERY", "KNOWN-ADDRESS", "00000000-0000-0000-0000-000000000000", "{00000000-0000-0000-0000-000000000000}"),
        "state" => Gen.Elements("queued", "sent", "FAILED", "1", "-1", "queued,sent", "99"),
        "action" => Gen.Elements("locked", "passcodeIssued", "0", "1,2"),
        "passcode" => Gen.OneOf(PasscodeFuzzTests.Codes, Gen.Constant("KNOWN-CODE")),
        _ => Texts.Word,
    };

    private static Gen<string> Query(string[] names) => Gen.Frequency(
        (names.Length == 0 ? 1 : 8, from count in Gen.Choose(0, names.Length + 1)
                                    from items in QueryItem(names).ArrayOf(count)
                                    select items.Length == 0 ? "" : $"?{string.Join('&', items)}"),
        (names.Length == 0 ? 8 : 2, Gen.Constant("")));

    private static Gen<string> QueryItem(string[] names) =>
        from name in names.Length == 0 ? Texts.Word : Gen.Frequency((12, Gen.Elements(names)), (1, Texts.Any))
        let known = KnownValue(name)
        from value in Gen.Frequency((6, known), (4, Texts.AlmostRight(known, 500).Select(Uri.EscapeDataString)), (1, Texts.AlmostRight(known, 9_000).Select(Uri.EscapeDataString)), (2, Gen.Elements(RawPieces)), (2, Texts.Nasty.Select(Uri.EscapeDataString)), (1, Gen.Elements("%00", "a%00b", "%ED%A0%80", "%F0%9F", "%01")))
        from shape in Gen.Frequency((20, Gen.Constant("{0}={1}")), (1, Gen.Elements("{0}", "{0}[]={1}", "={1}", "{0}=={1}", "{0}={1}&{0}={1}", "{0}.x={1}")))
        select ToWire(shape.Replace("{0}", name, StringComparison.Ordinal).Replace("{1}", value, StringComparison.Ordinal));

    private static Gen<string> OddityOf(Caller caller) => caller switch
    {
        Caller.OddToken => OddToken.Claims,
        Caller.OddHeader => Texts.AlmostRight(Gen.Elements("Bearer x", "Bearer a.b.c", "Basic YTpi", "Bearer", "bearer  eyJhbGciOiJub25lIn0.e30.", "Bearer eyJhbGciOiJIUzI1NiJ9.e30.AAAA", "Bearer eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0....", "Negotiate"), 36_000),
        _ => Gen.Constant(""),
    };

    private static Gen<(string? Type, byte[]? Bytes)> BodyOf(JsonObject operation)
    {
        var type = Gen.Frequency((20, Gen.Constant<string?>("application/json")), (1, ContentTypes.Select(text => (string?)text)), (1, Texts.AlmostRight(ContentTypes, 500).Select(text => (string?)text)), (1, Gen.Constant<string?>(null)));
        if (operation["requestBody"]?["content"]?["application/json"]?["schema"] is not JsonObject schema)
        {
            return Gen.Frequency((8, Gen.Constant<(string?, byte[]?)>((null, null))), (1, Gen.Constant<(string?, byte[]?)>(("application/json", "{}"u8.ToArray()))), (1, type.Zip(Json.OddValue.ToBytes(), (t, b) => (t, (byte[]?)b))));
        }

        var bytes = Gen.Frequency(
            (10, Json.Of(schema, Resolve, TextOf, 1).Select(Encoding.UTF8.GetBytes)),
            (8, Json.Of(schema, Resolve, TextOf, 12).ToBytes()),
            (1, Json.OddValue.ToBytes()),
            (1, from body in Json.Of(schema, Resolve, TextOf, 1) from length in Gen.Choose(10_000, 40_000) select Encoding.UTF8.GetBytes(body + new string(' ', length))));
        return Gen.Frequency((20, type.Zip(bytes, (t, b) => (t, (byte[]?)b))), (1, Gen.Constant<(string?, byte[]?)>((null, null))));
    }

    private static JsonObject Resolve(string reference) =>
        reference.Split('/').Skip(1).Aggregate((JsonNode)ApiDocument.Committed.Json, (node, part) => node[part]!).AsObject();

    private static Gen<string> TextOf(string name) => name switch
    {
        "email" or "address" => Gen.Frequency((6, Texts.Word.Select(word => $"{word}@example.com")), (2, Gen.Elements("KNOWN-ADDRESS", "bounced@example.com")), (3, Texts.AlmostRight(EmailAddressFuzzTests.Addresses, 20_000))),
        "code" or "passcode" or "verificationCode" => Gen.Frequency((3, Gen.Elements("KNOWN-PASSCODE", "KNOWN-CODE", "00000000", "000000")), (3, Texts.AlmostRight(PasscodeFuzzTests.Codes, 20_000))),
        "urlTemplate" => Texts.AlmostRight(LinkTemplateFuzzTests.Templates, 20_000),
        "otpEmailId" => Gen.Frequency((4, Gen.Constant("KNOWN-FACTOR")), (2, Texts.AlmostRight(Gen.Constant("KNOWN-FACTOR"), 1_000))),
        _ => Texts.Any,
    };
}
