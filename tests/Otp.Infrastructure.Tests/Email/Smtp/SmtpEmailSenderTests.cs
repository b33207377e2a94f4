using System.Net;
using System.Net.Sockets;
using Otp.Application.Common.Ports;
using Otp.Infrastructure.Email.Smtp;
using Otp.TestKit;
using static Otp.Infrastructure.Tests.Email.Smtp.SmtpSettings;

namespace Otp.Infrastructure.Tests.Email.Smtp;

/// <summary>Against a server that refuses, closes, hangs or lies at each stage.</summary>
public sealed class SmtpEmailSenderTests : IDisposable
{
    private const string Chatter = "about ada@example.com and 123456";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TestCertificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    [Fact]
    public async Task Send_WhenTheServerTakesIt_ShouldSayOnlyWhatIsNeeded()
    {
        await using var server = new SmtpStandIn();

        (await Sender(server.Port).SendAsync(Mail, default)).Should().Be(new SendOutcome.Accepted());

        await server.ClientGone.WaitAsync(Patience);
        server.Commands.Should().Equal("EHLO [127.0.0.1]", "MAIL FROM:<otp@example.org>", "RCPT TO:<ada@example.com>", "DATA", "QUIT");
        server.Mails.Should().ContainSingle();
    }

    [Theory]
    [InlineData("greeting", "421", "SMTP 421 at greeting")]
    [InlineData("greeting", "554", "SMTP 554 at greeting")]
    [InlineData("EHLO", "421", "SMTP 421 at EHLO")]
    [InlineData("EHLO", "550", "SMTP 550 at EHLO")]
    [InlineData("MAIL", "421", "SMTP 421 at MAIL")]
    [InlineData("MAIL", "451", "SMTP 451 at MAIL")]
    [InlineData("MAIL", "452", "SMTP 452 at MAIL")]
    [InlineData("MAIL", "530", "SMTP 530 at MAIL, see Email:Smtp:UserName, Password and Security")]
    [InlineData("MAIL", "535", "SMTP 535 at MAIL, see Email:Smtp:UserName, Password and Security")]
    [InlineData("MAIL", "354", "SMTP 354 at MAIL")]
    [InlineData("RCPT", "421", "SMTP 421 at RCPT")]
    [InlineData("RCPT", "450", "SMTP 450 at RCPT")]
    [InlineData("RCPT", "451", "SMTP 451 at RCPT")]
    [InlineData("RCPT", "452", "SMTP 452 at RCPT")]
    [InlineData("RCPT", "530", "SMTP 530 at RCPT, see Email:Smtp:UserName, Password and Security")]
    [InlineData("DATA", "451", "SMTP 451 at DATA")]
    [InlineData("DATA", "250", "SMTP 250 at DATA")]
    [InlineData("end", "421", "SMTP 421 at the end of the mail")]
    [InlineData("end", "452", "SMTP 452 at the end of the mail")]
    public async Task Send_WhenTheServerRefusesForNow_ShouldFailForNow(string stage, string code, string reason)
    {
        (await SendAsync(server => server.Answers[stage] = $"{code} 4.7.1 {Chatter}")).Should().Be(Failure(reason, ConcernsEveryMail(stage) || code is "421" or "530" or "535"));
    }

    [Theory]
    [InlineData("MAIL", "501")]
    [InlineData("MAIL", "550")]
    [InlineData("MAIL", "553")]
    [InlineData("RCPT", "550")]
    [InlineData("RCPT", "551")]
    [InlineData("RCPT", "553")]
    [InlineData("RCPT", "554")]
    [InlineData("DATA", "554")]
    [InlineData("end", "550")]
    [InlineData("end", "552")]
    [InlineData("end", "554")]
    public async Task Send_WhenTheServerRefusesForGood_ShouldFailForGoodWithoutItsWords(string stage, string code)
    {
        var outcome = await SendAsync(server => server.Answers[stage] = $"{code}-5.1.1 {Chatter}\r\n{code} {Chatter}");

        outcome.Should().Be(new SendOutcome.PermanentFailure($"SMTP {code} at {(stage == "end" ? "the end of the mail" : stage)}"));
    }

    [Theory]
    [InlineData("greeting", "HTTP/1.1 400 Bad Request")]
    [InlineData("greeting", "")]
    [InlineData("greeting", "99")]
    [InlineData("EHLO", "250-never ends\r\n250")]
    [InlineData("RCPT", "199 early")]
    [InlineData("RCPT", "600 late")]
    [InlineData("RCPT", "5x0 odd")]
    public async Task Send_WhenTheServerSpeaksSomethingElse_ShouldFailForNow(string stage, string answer)
    {
        var outcome = await SendAsync(server => server.Answers[stage] = answer == "250-never ends\r\n250" ? string.Join("\r\n", Enumerable.Repeat("250-more", 101)) : answer);

        outcome.Should().Be(Failure($"SMTP 0 at {stage}", ConcernsEveryMail(stage)));
    }

    [Fact]
    public async Task Send_WhenAReplyIsALineWithoutEnd_ShouldFailForNow()
    {
        (await SendAsync(server => server.Answers["RCPT"] = $"250 {new string('x', 100_000)}")).Should().Be(Failure("SMTP 0 at RCPT", isProviderDown: false));
    }

    [Theory]
    [InlineData("greeting", "greeting")]
    [InlineData("EHLO", "EHLO")]
    [InlineData("MAIL", "MAIL")]
    [InlineData("RCPT", "RCPT")]
    [InlineData("DATA", "DATA")]
    [InlineData("end", "the end of the mail")]
    public async Task Send_WhenTheConnectionIsClosed_ShouldFailForNow(string stage, string said)
    {
        (await SendAsync(server => server.Answers[stage] = SmtpStandIn.Close)).Should().Be(Failure($"SMTP: the connection was lost at {said}"));
    }

    [Theory]
    [InlineData("STARTTLS", "STARTTLS")]
    [InlineData("AUTH", "AUTH")]
    public async Task Send_WhenTheConnectionIsClosedBeforeTheMail_ShouldFailForNow(string stage, string said)
    {
        await using var server = new SmtpStandIn(_certificates.Server);
        server.Answers[stage] = SmtpStandIn.Close;

        var outcome = await Sender(server.Port, SmtpSecurity.StartTls, _certificates.Trust, SignIn).SendAsync(Mail, default);

        outcome.Should().Be(Failure($"SMTP: the connection was lost at {said}"));
    }

    [Theory]
    [InlineData(SmtpStandIn.Close)]
    [InlineData(SmtpStandIn.Hang)]
    [InlineData("500 no way")]
    public async Task Send_WhenOnlyTheGoodbyeFails_ShouldBeAccepted(string answer)
    {
        (await SendAsync(server => server.Answers["QUIT"] = answer).WaitAsync(Patience)).Should().Be(new SendOutcome.Accepted());
    }

    [Theory]
    [InlineData("greeting")]
    [InlineData("EHLO")]
    [InlineData("STARTTLS")]
    [InlineData("TLS")]
    [InlineData("AUTH")]
    [InlineData("MAIL")]
    [InlineData("RCPT")]
    [InlineData("DATA")]
    [InlineData("end")]
    public async Task Send_WhenTheServerHangs_ShouldEndTheConnectionWithItsToken(string stage)
    {
        await using var server = new SmtpStandIn(_certificates.Server);
        server.Answers[stage] = SmtpStandIn.Hang;
        using var cancelled = new CancellationTokenSource();

        var send = Sender(server.Port, SmtpSecurity.StartTls, _certificates.Trust, SignIn).SendAsync(Mail, cancelled.Token);
        await server.Hanging.WaitAsync(Patience);
        send.IsCompleted.Should().BeFalse();
        await cancelled.CancelAsync();

        await FluentActions.Awaiting(() => send.WaitAsync(Patience)).Should().ThrowAsync<OperationCanceledException>();
        await server.ClientGone.WaitAsync(Patience);
    }

    [Fact]
    public async Task Send_WhenTheServerDoesNotAcceptTheConnection_ShouldEndWithItsToken()
    {
        using var full = new Socket(SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        var port = ((IPEndPoint)full.LocalEndPoint!).Port;
        List<Socket> queue = [];
        Task waiting;
        do
        {
            queue.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            waiting = queue[^1].ConnectAsync(IPAddress.Loopback, port);
        }
        while (await Task.WhenAny(waiting, Task.Delay(300)) == waiting);

        using var cancelled = new CancellationTokenSource();
        var send = Sender(port, change: options => options.Smtp.Host = "127.0.0.1").SendAsync(Mail, cancelled.Token);
        send.IsCompleted.Should().BeFalse();
        await cancelled.CancelAsync();

        await FluentActions.Awaiting(() => send.WaitAsync(Patience)).Should().ThrowAsync<OperationCanceledException>();
        queue.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task Send_WhenNobodyListens_ShouldFailForNow()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        taken.Stop();

        (await Sender(port).SendAsync(Mail, default)).Should().Be(Failure("SMTP: no connection, ConnectionRefused"));
    }

    [Fact]
    public async Task Send_WhenTheServerDoesNotOfferStartTls_ShouldSendNothing()
    {
        await using var server = new SmtpStandIn();

        var outcome = await Sender(server.Port, SmtpSecurity.StartTls, change: SignIn).SendAsync(Mail, default);

        outcome.Should().Be(Failure("SMTP: the server does not offer STARTTLS, see Email:Smtp:Security"));
        server.Commands.Should().OnlyContain(command => command.StartsWith("EHLO"));
    }

    [Theory]
    [InlineData("454")]
    [InlineData("501")]
    public async Task Send_WhenStartTlsIsRefused_ShouldFailForNowAndSendNothing(string code)
    {
        await using var server = new SmtpStandIn(_certificates.Server);
        server.Answers["STARTTLS"] = $"{code} {Chatter}";

        var outcome = await Sender(server.Port, SmtpSecurity.StartTls, _certificates.Trust, SignIn).SendAsync(Mail, default);

        outcome.Should().Be(Failure($"SMTP {code} at STARTTLS"));
        server.Commands.Should().HaveCount(2).And.OnlyContain(command => command.StartsWith("EHLO") || command == "STARTTLS");
    }

    [Fact]
    public async Task Send_WhenRepliesAreSlippedInBeforeTls_ShouldSendNothing()
    {
        await using var server = new SmtpStandIn(_certificates.Server);
        server.Answers["STARTTLS"] = "220 go on\r\n250-slipped in\r\n250 AUTH PLAIN";

        var outcome = await Sender(server.Port, SmtpSecurity.StartTls, _certificates.Trust, SignIn).SendAsync(Mail, default);

        outcome.Should().Be(Failure("SMTP 0 at STARTTLS"));
        server.Commands.Should().HaveCount(2);
    }

    [Theory]
    [InlineData(SmtpSecurity.StartTls, "localhost", "RemoteCertificateChainErrors")]
    [InlineData(SmtpSecurity.Tls, "localhost", "RemoteCertificateChainErrors")]
    public async Task Send_WhenTheCertificateIsNotTrusted_ShouldFailForNowAndSendNothing(SmtpSecurity security, string host, string error)
    {
        await using var server = new SmtpStandIn(_certificates.Server, isTlsFirst: security == SmtpSecurity.Tls);

        var outcome = await Sender(server.Port, security, trust: null, options => (options.Smtp.Host, options.Smtp.UserName, options.Smtp.Password) = (host, "otp", "pw")).SendAsync(Mail, default);

        outcome.Should().Be(Failure($"SMTP: the certificate is refused, {error}"));
        server.Commands.Should().NotContain(command => !command.StartsWith("EHLO") && command != "STARTTLS");
        server.Mails.Should().BeEmpty();
    }

    [Fact]
    public async Task Send_WhenTheCertificateIsForAnotherName_ShouldFailForNowAndSendNothing()
    {
        await using var server = new SmtpStandIn(_certificates.Server);

        // The loopback interface has more addresses than the one in the certificate.
        var outcome = await Sender(server.Port, SmtpSecurity.StartTls, _certificates.Trust, options => options.Smtp.Host = "::ffff:127.0.0.1").SendAsync(Mail, default);

        outcome.Should().Be(Failure("SMTP: the certificate is refused, RemoteCertificateNameMismatch"));
        server.Commands.Should().HaveCount(2);
    }

    [Theory]
    [InlineData(SmtpSecurity.StartTls)]
    [InlineData(SmtpSecurity.Tls)]
    public async Task Send_WhenTheCertificateIsTrusted_ShouldSayNothingOfTheMailInClear(SmtpSecurity security)
    {
        await using var server = new SmtpStandIn(_certificates.Server, isTlsFirst: security == SmtpSecurity.Tls);

        (await Sender(server.Port, security, _certificates.Trust, SignIn).SendAsync(Mail, default)).Should().Be(new SendOutcome.Accepted());

        server.CommandsInClear.Should().Equal(security == SmtpSecurity.Tls ? [] : ["EHLO [127.0.0.1]", "STARTTLS"]);
        server.Mails.Should().ContainSingle();
    }

    [Fact]
    public async Task Send_WhenTheServerDoesNotSpeakTls_ShouldFailForNow()
    {
        await using var server = new SmtpStandIn();

        (await Sender(server.Port, SmtpSecurity.Tls, _certificates.Trust).SendAsync(Mail, default)).Should().BeOfType<SendOutcome.TemporaryFailure>()
            .Which.Reason.Should().BeOneOf("SMTP: no TLS handshake", "SMTP: the connection was lost at TLS");
        server.Mails.Should().BeEmpty();
    }

    [Theory]
    [InlineData("AUTH PLAIN LOGIN", "AUTH PLAIN AG90cABodW50ZXIyIMO8")]
    [InlineData("auth=LOGIN\r\n250 AUTH XOAUTH2 plain", "AUTH PLAIN AG90cABodW50ZXIyIMO8")]
    [InlineData("AUTH LOGIN NTLM", "AUTH LOGIN|b3Rw|aHVudGVyMiDDvA==")]
    public async Task Send_WhenTheServerOffersMechanisms_ShouldSignInWithOneOfThem(string extensions, string expected)
    {
        await using var server = new SmtpStandIn { Extensions = extensions.Replace("\r\n250 ", "\r\n250-") + "\r\n250 8BITMIME" };
        server.Answers["EHLO"] = $"250-stand-in\r\n250-{server.Extensions}";

        (await Sender(server.Port, change: SignIn).SendAsync(Mail, default)).Should().Be(new SendOutcome.Accepted());

        string.Join('|', server.Commands.Skip(1)).Should().StartWith($"{expected}|MAIL FROM");
    }

    [Theory]
    [InlineData("AUTH PLAIN", "AUTH", "535", ", see Email:Smtp:UserName, Password and Security")]
    [InlineData("AUTH PLAIN", "AUTH", "534", ", see Email:Smtp:UserName, Password and Security")]
    [InlineData("AUTH PLAIN", "AUTH", "454", "")]
    [InlineData("AUTH PLAIN", "AUTH", "504", "")]
    [InlineData("AUTH PLAIN", "AUTH", "250", "")]
    [InlineData("AUTH LOGIN", "AUTH", "504", "")]
    [InlineData("AUTH LOGIN", "user", "535", ", see Email:Smtp:UserName, Password and Security")]
    [InlineData("AUTH LOGIN", "password", "535", ", see Email:Smtp:UserName, Password and Security")]
    public async Task Send_WhenSigningInIsRefused_ShouldFailForNowAndNotGoOnWithoutIt(string extensions, string stage, string code, string hint)
    {
        await using var server = new SmtpStandIn { Extensions = extensions };
        server.Answers[stage] = $"{code} 5.7.8 {Chatter}";

        (await Sender(server.Port, change: SignIn).SendAsync(Mail, default)).Should().Be(Failure($"SMTP {code} at AUTH{hint}"));

        server.Commands.Should().NotContain(command => command.StartsWith("MAIL"));
    }

    [Theory]
    [InlineData("SIZE 1000")]
    [InlineData("AUTH CRAM-MD5 NTLM")]
    [InlineData("AUTH")]
    [InlineData("AUTHPLAIN")]
    public async Task Send_WhenTheServerOffersNoMechanismOfOurs_ShouldNotGoOnWithoutSigningIn(string extensions)
    {
        await using var server = new SmtpStandIn { Extensions = extensions };

        (await Sender(server.Port, change: SignIn).SendAsync(Mail, default)).Should()
            .Be(Failure("SMTP: the server offers neither AUTH PLAIN nor AUTH LOGIN, see Email:Smtp:UserName"));

        server.Commands.Should().ContainSingle();
    }

    [Theory]
    [InlineData("ada@example.com>\r\nRCPT TO:<eve@example.net")]
    [InlineData("ada@example.com\nBcc: eve@example.net")]
    [InlineData("ada@example.com\0")]
    [InlineData("ada@example.com, eve@example.net")]
    [InlineData("ada@example.com;eve@example.net")]
    [InlineData("Ada <ada@example.com>")]
    [InlineData("\"ada b\"@example.com")]
    [InlineData("ada＠example.com")]
    [InlineData("ada@example.com> NOTIFY=NEVER ORCPT=<eve@example.net")]
    [InlineData("jürgen@example.com")]
    [InlineData("")]
    [Trait("Requirement", "SEC-18")]
    public async Task Send_WhenTheRecipientIsNotOneAddress_ShouldNotEvenConnect(string recipient)
    {
        await using var server = new SmtpStandIn();

        (await Sender(server.Port).SendAsync(Mail with { Recipient = recipient }, default)).Should()
            .Be(new SendOutcome.PermanentFailure("the recipient is not one e-mail address"));

        server.Commands.Should().BeEmpty();
    }

    [Fact]
    public async Task Send_WhenTheDomainsAreInternational_ShouldSayThemInAscii()
    {
        await using var server = new SmtpStandIn();

        await Sender(server.Port, change: options => options.From.Address = "otp@bücher.example").SendAsync(Mail with { Recipient = "ada@straße.example" }, default);

        server.Commands.Should().Contain("MAIL FROM:<otp@xn--bcher-kva.example>").And.ContainSingle(command => command.StartsWith("RCPT"))
            .Which.Should().MatchRegex(@"^RCPT TO:<ada@[a-z0-9.-]+\.example>$");
        server.Mails.Single().Should().Contain("Message-ID: <01940000-0000-7000-8000-00000000abcd@xn--bcher-kva.example>\r\n").And.MatchRegex(@"^[\r\n -~]*$");
    }

    /// <summary>Before a mail is named, whatever goes wrong goes wrong for every mail.</summary>
    private static bool ConcernsEveryMail(string stage) => stage is not ("MAIL" or "RCPT" or "DATA" or "end");

    private static SendOutcome.TemporaryFailure Failure(string reason, bool isProviderDown = true) => new(reason, IsProviderDown: isProviderDown);

    private static async Task<SendOutcome> SendAsync(Action<SmtpStandIn> arrange)
    {
        await using var server = new SmtpStandIn();
        arrange(server);
        return await Sender(server.Port).SendAsync(Mail, default);
    }
}
