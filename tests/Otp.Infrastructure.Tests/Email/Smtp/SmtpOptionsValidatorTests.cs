using Microsoft.Extensions.Hosting.Internal;
using Otp.Infrastructure.Email;
using Otp.Infrastructure.Email.Smtp;

namespace Otp.Infrastructure.Tests.Email.Smtp;

public sealed class SmtpOptionsValidatorTests
{
    [Theory]
    [InlineData("smtp.example.com")]
    [InlineData("192.0.2.1")]
    [InlineData("2001:db8::1")]
    public void Validate_WhenTheServerIsNamed_ShouldAccept(string host) => Check(options => options.Smtp.Host = host).Should().BeEmpty();

    [Fact]
    public void Validate_WhenAnotherProviderIsUsed_ShouldNotAskForAServer() =>
        Check(options => (options.Provider, options.Smtp) = (EmailProvider.SendGrid, new SmtpOptions())).Should().BeEmpty();

    [Fact]
    public void Validate_WhenNothingIsSet_ShouldNameAllThatIsNeeded() =>
        Check(options => (options.From, options.Smtp) = (new EmailFromOptions(), new SmtpOptions())).Should().Equal("Email:From:Address", "Email:Smtp:Host");

    [Theory]
    [InlineData("")]
    [InlineData("smtp.example.com:587")]
    [InlineData("smtp://smtp.example.com")]
    [InlineData("smtp.example.com\r\nQUIT")]
    [InlineData("two hosts")]
    public void Validate_WhenTheHostIsNone_ShouldRefuse(string host) => Check(options => options.Smtp.Host = host).Should().Equal("Email:Smtp:Host");

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(65_536)]
    public void Validate_WhenThePortIsNone_ShouldRefuse(int port) => Check(options => options.Smtp.Port = port).Should().Equal("Email:Smtp:Port");

    [Fact]
    public void Validate_WhenTheSecurityIsUnknown_ShouldRefuse() => Check(options => options.Smtp.Security = (SmtpSecurity)7).Should().Equal("Email:Smtp:Security");

    [Theory]
    [InlineData(null, "pw", "Email:Smtp:UserName")]
    [InlineData("otp", null, "Email:Smtp:Password")]
    [InlineData("", "pw", "Email:Smtp:UserName")]
    [InlineData("o\0tp", "pw", "Email:Smtp:UserName")]
    [InlineData("otp", "p\r\nw", "Email:Smtp:Password")]
    [InlineData("otp", "", "Email:Smtp:Password")]
    public void Validate_WhenTheCredentialsAreNotBothThere_ShouldRefuseWithoutShowingThem(string? userName, string? password, string setting) =>
        Check(options => (options.Smtp.UserName, options.Smtp.Password) = (userName, password)).Should().Equal(setting);

    [Theory]
    [InlineData("smtp.example.com", SmtpSecurity.None, "otp", false)]
    [InlineData("192.0.2.1", SmtpSecurity.None, "otp", false)]
    [InlineData("localhost.example.com", SmtpSecurity.None, "otp", false)]
    [InlineData("smtp.example.com", SmtpSecurity.None, null, true)]
    [InlineData("localhost", SmtpSecurity.None, "otp", true)]
    [InlineData("127.0.0.1", SmtpSecurity.None, "otp", true)]
    [InlineData("::1", SmtpSecurity.None, "otp", true)]
    [InlineData("smtp.example.com", SmtpSecurity.StartTls, "otp", true)]
    [InlineData("smtp.example.com", SmtpSecurity.Tls, "otp", true)]
    public void Validate_WhenAPasswordWouldLeaveTheMachineInClear_ShouldRefuse(string host, SmtpSecurity security, string? userName, bool valid) =>
        Check(options => options.Smtp = new SmtpOptions { Host = host, Security = security, UserName = userName, Password = userName is null ? null : "pw" })
            .Should().Equal(valid ? [] : ["Email:Smtp:Security"]);

    private static List<string> Check(Action<EmailOptions> change)
    {
        var options = new EmailOptions
        {
            Provider = EmailProvider.Smtp,
            From = new EmailFromOptions { Address = "otp@example.com" },
            Smtp = new SmtpOptions { Host = "smtp.example.com" },
        };
        change(options);
        var result = new SmtpOptionsValidator(new HostingEnvironment { EnvironmentName = "Production" }).Validate(null, options);
        return [.. (result.Failures ?? []).Select(failure => failure.Split(' ')[0])];
    }
}
