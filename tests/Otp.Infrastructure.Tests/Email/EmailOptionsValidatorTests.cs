using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Otp.Infrastructure.Email;

namespace Otp.Infrastructure.Tests.Email;

public sealed class EmailOptionsValidatorTests
{
    [Theory]
    [InlineData("Production", null, EmailProvider.SendGrid)]
    [InlineData("Development", null, EmailProvider.Mailbox)]
    [InlineData("Production", EmailProvider.Mailbox, EmailProvider.Mailbox)]
    [InlineData("Development", EmailProvider.SendGrid, EmailProvider.SendGrid)]
    public void ProviderIn_WhenTheEnvironmentIs_ShouldHaveItsDefault(string environment, EmailProvider? set, EmailProvider expected) =>
        new EmailOptions { Provider = set }.ProviderIn(new TestEnvironment(environment)).Should().Be(expected);

    [Fact]
    [Trait("Requirement", "SEC-26")]
    public void Validate_WhenTheMailboxIsSetInProduction_ShouldRefuse() =>
        Validate("Production", options => options.Provider = EmailProvider.Mailbox).Failures.Should().ContainSingle().Which.Should().StartWith("Email:Provider must not be Mailbox in Production");

    [Fact]
    public void Validate_WhenSendGridIsComplete_ShouldAccept() => Validate("Production", _ => { }).Succeeded.Should().BeTrue();

    [Fact]
    public void Validate_WhenNothingIsSet_ShouldNameAllThatSendGridNeeds() =>
        new EmailOptionsValidator(new TestEnvironment("Production")).Validate(null, new EmailOptions()).Failures!
            .Select(failure => failure.Split(' ')[0]).Should().BeEquivalentTo("Email:From:Address", "Email:SendGrid:ApiKey");

    [Theory]
    [InlineData("Production", "https://api.eu.sendgrid.com", true)]
    [InlineData("Production", "http://api.sendgrid.com", false)]
    [InlineData("Production", "http://127.0.0.1:9000", false)]
    [InlineData("Development", "http://127.0.0.1:9000", true)]
    [InlineData("Development", "http://api.sendgrid.com", false)]
    [InlineData("Development", "/v3", false)]
    [InlineData("Development", "ftp://api.sendgrid.com", false)]
    [InlineData("Development", "", false)]
    public void Validate_WhenTheBaseUrlIs_ShouldAcceptHttpsAndLoopbackInDevelopmentAlone(string environment, string url, bool valid) =>
        Validate(environment, options => options.SendGrid.BaseUrl = url).Succeeded.Should().Be(valid);

    [Theory]
    [InlineData("Production", false)]
    [InlineData("Development", true)]
    [InlineData("Staging", true)]
    public void Validate_WhenTheSandboxIsOn_ShouldRefuseInProductionAlone(string environment, bool valid) =>
        Validate(environment, options => options.SendGrid.Sandbox = true).Succeeded.Should().Be(valid);

    [Theory]
    [InlineData("SG.key\r\nX-Header: 1")]
    [InlineData("schlüssel")]
    [InlineData(" ")]
    public void Validate_WhenTheKeyCannotBeAHeader_ShouldRefuseWithoutShowingIt(string key)
    {
        var result = Validate("Production", options => options.SendGrid.ApiKey = key);

        result.Failures.Should().ContainSingle().Which.Should().StartWith("Email:SendGrid:ApiKey must be set");
        if (!string.IsNullOrWhiteSpace(key))
        {
            result.FailureMessage.Should().NotContain(key);
        }
    }

    [Theory]
    [InlineData("Acme\r\nBcc: eve@example.net", "otp@example.com", "Email:From:Name")]
    [InlineData("Acme", "Otp <otp@example.com>", "Email:From:Address")]
    [InlineData("Acme", "a@example.com, b@example.com", "Email:From:Address")]
    [Trait("Requirement", "SEC-18")]
    public void Validate_WhenTheSenderCouldBeAnotherHeader_ShouldRefuse(string name, string address, string setting) =>
        Validate("Production", options => options.From = new EmailFromOptions { Name = name, Address = address }).Failures.Should().ContainSingle().Which.Should().StartWith(setting);

    private static ValidateOptionsResult Validate(string environment, Action<EmailOptions> change)
    {
        var options = new EmailOptions
        {
            Provider = EmailProvider.SendGrid,
            From = new EmailFromOptions { Address = "otp@example.com" },
            SendGrid = new SendGridOptions { ApiKey = "SG.key" },
        };
        change(options);
        return new EmailOptionsValidator(new TestEnvironment(environment)).Validate(null, options);
    }

    private sealed class TestEnvironment(string name) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = name;

        public string ApplicationName { get; set; } = "Otp";

        public string ContentRootPath { get; set; } = "/";

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
