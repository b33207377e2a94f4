using Otp.Application.Common.Ports;
using Otp.Application.Delivery;
using Otp.Infrastructure.Email.Smtp;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;
using static Otp.Infrastructure.Tests.Email.Smtp.SmtpSettings;

namespace Otp.Infrastructure.Tests.Email.Smtp;

/// <summary>Against a real server, which parses what it takes.</summary>
public sealed class SmtpServerTests(SmtpServerTests.Relay relay) : IClassFixture<SmtpServerTests.Relay>, IDisposable
{
    private static readonly string[] HeaderNames =
        ["Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted", "X-Otp-Delivery-Id", "X-Otp-Category", "MIME-Version", "Content-Type"];

    private readonly TestCertificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    [Fact]
    public async Task Send_WhenAMailIsHandedOver_ShouldArriveAsItWasWritten()
    {
        var mail = await DeliverAsync(Mail with { Subject = "Verify — “it”", Text = "Grüße, Ada\n123456\n", Html = "<p>Grüße 123456</p>" });

        mail.Sender.Should().Be("otp@example.org");
        mail.Recipients.Should().Equal("ada@example.com");
        mail.Defects.Should().BeEmpty();
        mail.Headers.Select(header => header.Name).Should().Equal(HeaderNames);
        mail.Header("Date").Should().Be(new ManualTimeProvider().GetUtcNow().ToString("ddd, dd MMM yyyy HH:mm:ss +0000", System.Globalization.CultureInfo.InvariantCulture));
        mail.Header("From").Should().Be("Acme <otp@example.org>");
        mail.Header("To").Should().Be("ada@example.com");
        mail.Header("Subject").Should().Be("Verify — “it”");
        mail.Header("Message-ID").Should().Be("<01940000-0000-7000-8000-00000000abcd@example.org>");
        mail.Header("Auto-Submitted").Should().Be("auto-generated");
        mail.Header("X-Otp-Delivery-Id").Should().Be("01940000-0000-7000-8000-00000000abcd");
        mail.Header("X-Otp-Category").Should().Be("email-verification");
        mail.ContentType.Should().Be("multipart/alternative");
        mail.Parts.Should().Equal(("text/plain", "utf-8", "Grüße, Ada\n123456\n"), ("text/html", "utf-8", "<p>Grüße 123456</p>"));
    }

    [Theory]
    [InlineData(".")]
    [InlineData(".hidden\n..two\n.\nQUIT\nafter")]
    [InlineData("\n.\n")]
    [InlineData("a\r\n.\r\nMAIL FROM:<eve@example.net>\r\nRCPT TO:<eve@example.net>")]
    [InlineData("trailing space \nand tab\t\n  leading")]
    [InlineData("=3D is not = and =\n=")]
    [InlineData("From here\n--=_0194000000007000800000000000abcd--\nno boundary")]
    [InlineData("äöüß 日本語 😀 \u00a0 \u200b")]
    [InlineData("")]
    public async Task Send_WhenTheTextIsAwkward_ShouldArriveAsItWasWritten(string text)
    {
        var mail = await DeliverAsync(Mail with { Text = text, Html = text });

        mail.Parts.Select(part => part.Text).Should().AllBe(text.Replace("\r\n", "\n"));
        mail.Recipients.Should().ContainSingle();
        mail.Raw.Should().MatchRegex(@"^[\t\r\n -~]*$");
    }

    [Theory]
    [InlineData('x')]
    [InlineData('ü')]
    [InlineData('.')]
    [InlineData(' ')]
    [InlineData('=')]
    public async Task Send_WhenALineIsLong_ShouldArriveWholeInShortLines(char character)
    {
        var line = new string(character, 2_000);

        var mail = await DeliverAsync(Mail with { Text = $"{line}\n{line}", Html = $"<p>{line}</p>" });

        mail.Parts.Select(part => part.Text).Should().Equal($"{line}\n{line}", $"<p>{line}</p>");
        mail.Raw.Split("\r\n").Should().OnlyContain(part => part.Length <= 77, "76, and a stuffed dot");
    }

    [Theory]
    [InlineData("Acme: your code\r\nBcc: eve@example.net", "Acme: your code  Bcc: eve@example.net")]
    [InlineData("Acme\nX-Evil: 1\0", "Acme X-Evil: 1")]
    [InlineData("Acme\u2028Bcc: eve@example.net\u0085X: 1", "Acme Bcc: eve@example.net X: 1")]
    [InlineData("=?utf-8?B?QmNjOiBldmVAZXhhbXBsZS5uZXQ=?= code", "=?utf-8?B?QmNjOiBldmVAZXhhbXBsZS5uZXQ=?= code")]
    [InlineData("Über 日本語 😀 ein langer Betreff, der in mehrere Wörter zerlegt werden muß, weil er länger ist als eine Zeile", null)]
    [InlineData("A plain but long subject that goes on and on, well beyond the seventy-eight characters that a line of a mail should have at most", null)]
    [InlineData("quotes \"here\" and \\there", null)]
    [Trait("Requirement", "SEC-18")]
    [Trait("Requirement", "SEC-19")]
    public async Task Send_WhenTheSubjectIsAwkward_ShouldStayOneHeader(string subject, string? expected)
    {
        var mail = await DeliverAsync(Mail with { Subject = subject });

        mail.Header("Subject").Trim().Should().Be(expected ?? subject);
        mail.Headers.Select(header => header.Name).Should().Equal(HeaderNames);
        mail.Recipients.Should().Equal("ada@example.com");
        mail.Raw.Split("\r\n").Should().OnlyContain(line => line.Length <= 78);
    }

    [Theory]
    [InlineData("Acme, Inc. <eve@example.net>", "\"Acme, Inc. <eve@example.net>\" <otp@example.org>")]
    [InlineData("Ac\"me\\", "\"Ac\\\"me\\\\\" <otp@example.org>")]
    [InlineData("Ötp & Söhne", "Ötp & Söhne <otp@example.org>")]
    [InlineData("=?utf-8?Q?eve?=", "=?utf-8?Q?eve?= <otp@example.org>")]
    [InlineData("", "otp@example.org")]
    [Trait("Requirement", "SEC-18")]
    public async Task Send_WhenTheSendersNameIsAwkward_ShouldStayOneSender(string name, string expected)
    {
        var mail = await DeliverAsync(Mail, name);

        mail.Header("From").Should().Be(expected);
        mail.Headers.Select(header => header.Name).Should().Equal(HeaderNames);
    }

    [Theory]
    [InlineData(SmtpSecurity.StartTls)]
    [InlineData(SmtpSecurity.Tls)]
    public async Task Send_WhenTheCertificateIsTrusted_ShouldSendUnderTls(SmtpSecurity security)
    {
        await using var server = await StartAsync(security, []);

        (await Sender(server.Port, security, _certificates.Trust).SendAsync(Mail, default)).Should().Be(new SendOutcome.Accepted());

        var mail = await server.ReceiveAsync();
        (mail.IsTls, mail.User).Should().Be((true, null));
    }

    [Theory]
    [InlineData(SmtpSecurity.StartTls, "LOGIN")]
    [InlineData(SmtpSecurity.StartTls, "PLAIN")]
    [InlineData(SmtpSecurity.Tls, "LOGIN")]
    [InlineData(SmtpSecurity.None, "PLAIN")]
    public async Task Send_WhenThePasswordIsRight_ShouldSignInAndSend(SmtpSecurity security, string without)
    {
        await using var server = await StartAsync(security, ["--user", "otp", "--password", "hunter2 ü", "--without", without]);

        (await Sender(server.Port, security, _certificates.Trust, SignIn).SendAsync(Mail, default)).Should().Be(new SendOutcome.Accepted());

        (await server.ReceiveAsync()).User.Should().Be("otp");
    }

    [Theory]
    [InlineData("LOGIN")]
    [InlineData("PLAIN")]
    public async Task Send_WhenThePasswordIsWrong_ShouldFailForNow(string without)
    {
        await using var server = await StartAsync(SmtpSecurity.StartTls, ["--user", "otp", "--password", "another", "--without", without]);

        (await Sender(server.Port, SmtpSecurity.StartTls, _certificates.Trust, SignIn).SendAsync(Mail, default)).Should()
            .Be(new SendOutcome.TemporaryFailure("SMTP 535 at AUTH, see Email:Smtp:UserName, Password and Security", IsProviderDown: true));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_WhenTheServerAsksForWhatIsNotConfigured_ShouldFailForNow(bool isAboutTls)
    {
        await using var server = await StartAsync(isAboutTls ? SmtpSecurity.StartTls : SmtpSecurity.None, ["--user", "otp", "--password", "hunter2 ü"]);

        (await Sender(server.Port).SendAsync(Mail, default)).Should()
            .Be(new SendOutcome.TemporaryFailure("SMTP 530 at MAIL, see Email:Smtp:UserName, Password and Security", IsProviderDown: true));
    }

    [Fact]
    public async Task Verify_WhenTheCodeCameThroughTheProvider_ShouldSucceed()
    {
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, Settings(relay.Server.Port, "None"));
        var ada = server.As("ada", "ada@bücher.example");
        await ada.RequestCodeAsync();

        await server.DeliverAsync();

        var mail = await relay.Server.ReceiveAsync();
        mail.Recipients.Should().Equal("ada@xn--bcher-kva.example");
        var row = (await Delivery.OutboxContractTests.RowsAsync(server)).Single();
        (row.State, row.Id.ToString()).Should().Be((DeliveryState.Sent, mail.Header("X-Otp-Delivery-Id")));
        (await ada.VerifyAsync(CodeIn(mail))).IsVerified.Should().BeTrue();
    }

    [Fact]
    [Trait("Requirement", "SEC-11")]
    public async Task Dispatch_WhenTheServerRefusesTheRecipient_ShouldKeepAndLogOnlyItsDigits()
    {
        await using var standIn = new SmtpStandIn();
        standIn.Answers["RCPT"] = "550 5.1.1 <ada@example.com>: no such user";
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, Settings(standIn.Port, "None"));
        await server.As("ada", "ada@example.com").RequestCodeAsync();

        await server.DeliverAsync();

        var row = (await Delivery.OutboxContractTests.RowsAsync(server)).Single();
        (row.State, row.Reason).Should().Be((DeliveryState.Failed, "SMTP 550 at RCPT"));
        server.Logs.Entries.Should().NotContain(entry => entry.Contains("no such user") || entry.Contains("ada@example.com"));
    }

    [Fact]
    public async Task Dispatch_WhenTheServerHangs_ShouldBeATimeout()
    {
        await using var standIn = new SmtpStandIn();
        standIn.Answers["end"] = SmtpStandIn.Hang;
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, Settings(standIn.Port, "None"));
        await server.As("ada", "ada@example.com").RequestCodeAsync();

        var delivery = server.DeliverAsync();
        await standIn.Hanging.WaitAsync(TimeSpan.FromSeconds(30));
        server.Time.Advance(MailDelivery.SendTimeout);
        await delivery.WaitAsync(TimeSpan.FromSeconds(10));

        var row = (await Delivery.OutboxContractTests.RowsAsync(server)).Single();
        (row.State, row.Reason).Should().Be((DeliveryState.Queued, "timeout"));
        await standIn.ClientGone.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Verify_WhenTheMachineTrustsTheRelaysAuthority_ShouldSucceedOverStartTlsWithAPassword()
    {
        await using var ownRelay = await StartAsync(SmtpSecurity.StartTls, ["--user", "otp", "--password", "hunter2 ü"]);
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await using var process = await OtpProcess.StartAsync(database, SettingsOfAProcess(ownRelay.Port), environment: new() { ["SSL_CERT_FILE"] = _certificates.AuthorityFile });
        var ada = process.As("ada", "ada@example.com");
        await ada.RequestCodeAsync();

        var mail = await ownRelay.ReceiveAsync();

        (mail.IsTls, mail.User).Should().Be((true, "otp"));
        (await ada.VerifyAsync(CodeIn(mail))).IsVerified.Should().BeTrue();
        process.Output.Should().NotContain("hunter2").And.NotContain("ada@example.com");
    }

    [Fact]
    public async Task Dispatch_WhenTheMachineDoesNotTrustTheRelaysAuthority_ShouldSayWhyAndSendNothing()
    {
        await using var standIn = new SmtpStandIn(_certificates.Server);
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await using var process = await OtpProcess.StartAsync(database, SettingsOfAProcess(standIn.Port));
        await process.As("ada", "ada@example.com").RequestCodeAsync();

        await standIn.ClientGone.WaitAsync(TimeSpan.FromSeconds(30));
        await process.StopAsync();

        process.Output.Should().Contain("SMTP: the certificate is refused, RemoteCertificateChainErrors");
        standIn.Commands.Should().OnlyContain(command => command.StartsWith("EHLO") || command == "STARTTLS");
        standIn.Mails.Should().BeEmpty();
    }

    private static string CodeIn(SmtpMail mail) => System.Text.RegularExpressions.Regex.Match(mail.Parts[0].Text, @"\b[0-9]{6}\b").Value;

    private async Task<SmtpMail> DeliverAsync(EmailMessage message, string fromName = "Acme")
    {
        (await Sender(relay.Server.Port, change: options => options.From.Name = fromName).SendAsync(message, default)).Should().Be(new SendOutcome.Accepted());
        return await relay.Server.ReceiveAsync();
    }

    private static Dictionary<string, string?> Settings(int port, string security) => new()
    {
        ["Email:Provider"] = "Smtp",
        ["Email:From:Address"] = "otp@example.org",
        ["Email:Smtp:Host"] = "localhost",
        ["Email:Smtp:Port"] = port.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["Email:Smtp:Security"] = security,
    };

    private static Dictionary<string, string?> SettingsOfAProcess(int port) => new(Settings(port, "StartTls"))
    {
        ["Email:Smtp:UserName"] = "otp",
        ["Email:Smtp:Password"] = "hunter2 ü",
        ["Delivery:Enabled"] = "true",
    };

    private Task<SmtpServer> StartAsync(SmtpSecurity security, string[] options) => SmtpServer.StartAsync(security switch
    {
        SmtpSecurity.StartTls => ["--certificate", _certificates.ServerFile, .. options],
        SmtpSecurity.Tls => ["--certificate", _certificates.ServerFile, "--tls", .. options],
        _ => options,
    });

    /// <summary>A server without TLS that takes mails from everybody.</summary>
    public sealed class Relay : IAsyncLifetime
    {
        public SmtpServer Server { get; private set; } = null!;

        public async Task InitializeAsync() => Server = await SmtpServer.StartAsync();

        public async Task DisposeAsync() => await Server.DisposeAsync();
    }
}
