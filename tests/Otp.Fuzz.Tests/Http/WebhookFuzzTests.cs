using System.Globalization;
using System.Net;
using FsCheck.Fluent;
using Otp.Fuzz.Tests.Parsers;
using Otp.TestKit;

namespace Otp.Fuzz.Tests.Http;

[Collection(FuzzServersCollection.Name)]
public sealed class WebhookFuzzTests(FuzzServers servers)
{
    private const int CasesPerCast = 40;
    private const int MaxBody = 1024 * 1024;

    [Fact]
    [Trait("Requirement", "SEC-29")]
    [Trait("Requirement", "SEC-22")]
    public void Post_WhenSignedOverAnything_ShouldApplyWhatCanBeReadAlikeOnBothDatabases()
    {
        var count = 0;
        var taken = 0;
        var bodies = WebhookReports.WithDeliveries(Gen.Constant("KNOWN-DELIVERY------------------------"));
        var inputs = Arb.From(
            from body in bodies
            from isTwice in Gen.Elements(false, false, true)
            select (Body: new Bytes(body), IsTwice: isTwice),
            input => Bytes.Shrink(input.Body.Value).Select(shorter => input with { Body = new Bytes(shorter) }));

        Fuzz.CheckAsync(inputs, 400, async input =>
        {
            if (count++ % CasesPerCast == 0)
            {
                await Task.WhenAll(servers.All.Select(server => server.RecastAsync()));
            }

            var said = await Task.WhenAll(servers.All.Select(server => PostAsync(server, input.Body.Value, input.IsTwice)));

            said.Distinct().Should().ContainSingle("both databases are one service: {0}", string.Join(" / ", said));
            Interlocked.Add(ref taken, said[0] == "200" ? 1 : 0);
        });

        taken.Should().BePositive();
    }

    private static async Task<string> PostAsync(FuzzServer server, byte[] body, bool isTwice)
    {
        var known = System.Text.Encoding.Latin1.GetBytes(
            System.Text.Encoding.Latin1.GetString(body).Replace("KNOWN-DELIVERY------------------------", server.Cast.DeliveryId, StringComparison.Ordinal));
        var timestamp = server.Server.Time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = Convert.ToBase64String(server.SendGrid.Sign(timestamp, known));
        var request = new FuzzRequest("POST", "/webhooks/sendgrid/events", [], "", Caller.Anonymous, "", [], "application/json", body, false, 0);
        var answer = await WebhookSigner.PostAsync(server.Server, known, signature, timestamp);
        var said = answer.ShouldBeInOrder(request, null);
        answer.Status.Should().Match(status => status == HttpStatusCode.OK || status == HttpStatusCode.BadRequest || (status == HttpStatusCode.RequestEntityTooLarge && known.Length > MaxBody));
        if (isTwice)
        {
            (await WebhookSigner.PostAsync(server.Server, known, signature, timestamp)).Status.Should().Be(answer.Status, "it was believed before");
        }

        server.TakeErrors().Should().BeEmpty();
        return said;
    }
}
