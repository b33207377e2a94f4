using System.Globalization;
using Microsoft.Extensions.Options;
using Otp.Application.Common.Ports;
using Otp.Domain.Emails;
using Otp.Infrastructure.Email;
using Otp.Infrastructure.Email.SendGrid;
using Otp.Infrastructure.Email.Templates;
using Otp.TestKit;

namespace Otp.Fuzz.Tests.Parsers;

/// <summary>What the random inputs have found, as examples.</summary>
public sealed class FoundTests
{
    [Fact]
    [Trait("Requirement", "SEC-29")]
    public void Webhook_WhenAMemberIsNamedByHalfASurrogatePair_ShouldLeaveThatReportOutAlone()
    {
        using var sendGrid = new WebhookSigner();
        var time = new ManualTimeProvider();
        using var webhook = new SendGridWebhook(Options.Create(new EmailOptions { SendGrid = { WebhookPublicKey = sendGrid.Settings.Single().Value } }), time);
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var body = """[{"\ud800":1},{"sg_event_id":"x","event":"delivered","timestamp":1,"delivery_id":"0197f000-0000-7000-8000-000000000000"}]"""u8.ToArray();

        var result = webhook.Read(new SignedReport(Convert.ToBase64String(sendGrid.Sign(timestamp, body)), timestamp, body));

        result.IsSuccess.Should().BeTrue();
        result.Value.Should().ContainSingle();
    }

    [Theory]
    [InlineData("+a@example.com", "+a@example.com")]
    [InlineData("+a+tag@example.com", "+a@example.com")]
    [InlineData("++@example.com", "+@example.com")]
    [Trait("Requirement", "SEC-12")]
    public void LimitKey_WhenTheNameBeginsWithAPlus_ShouldStillHaveNoTag(string address, string key) => EmailAddress.Parse(address).LimitKey.Should().Be(key);

    [Theory]
    [InlineData("<a ", "x")]
    [InlineData("<a ", "\"")]
    [InlineData("<a ", "b=\"\" ")]
    [InlineData("", "{{x}}\n")]
    public async Task Check_WhenTheTemplateIsLong_ShouldReadItInTimeThatGrowsWithItsLength(string start, string piece)
    {
        var source = start + string.Concat(Enumerable.Repeat(piece, 1024 * 1024 / piece.Length));
        var file = TemplateFile.Create(TemplateName.All["footer.html"], "test.hbs", source);

        var problems = await Task.Run(() => TemplateCheck.Run(file)).WaitAsync(Fuzz.Patience);

        problems.Select(problem => problem.Line).Should().BeInAscendingOrder();
    }
}
