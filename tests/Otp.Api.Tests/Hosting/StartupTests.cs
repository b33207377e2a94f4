using System.Net;
using System.Net.Sockets;
using AutoMapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Otp.Api.Hosting;
using Otp.TestKit;

namespace Otp.Api.Tests.Hosting;

/// <summary>A bad or missing setting stops the start with one clear line that names it.</summary>
public sealed class StartupTests : IDisposable
{
    private const string Bearer = "Authentication:Schemes:Bearer";
    private const string Secret = "hunter2hunter2";

    private static readonly string[] Purposes = ["EmailVerification", "FactorRegistration", "LoginChallenge"];
    private static readonly string[] Limits = ["RecipientBurst", "RecipientDaily", "RecipientNotices"];

    private readonly string _folder = Directory.CreateTempSubdirectory("otp-test-").FullName;

    /// <summary>Settings that are bad by themselves.</summary>
    public static TheoryData<string, string> BadValues
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var purpose in Purposes)
            {
                var section = $"Passcodes:{purpose}";
                Add($"{section}:Length", "5", "13", "0", "-6", "six", "6.5", "99999999999");
                Add($"{section}:Alphabet", "Letters", "7", "0 or 1");
                Add($"{section}:Lifetime", "00:00:59.999", "1.00:00:00.001", "15", "fifteen minutes", "-00:15:00");
                Add($"{section}:MaxAttempts", "0", "11", "-1", "five");
                Add($"{section}:ResendInterval", "-00:00:01", "01:00:00.001", "a minute");
            }

            Add("Passcodes:LoginChallenge:Lifetime", "00:10:00.001");
            foreach (var limit in Limits)
            {
                Add($"Limits:{limit}:PermitLimit", "0", "1001", "-1", "five");
                Add($"Limits:{limit}:Window", "00:00:00", "00:00:00.999", "7.00:00:00.001", "ten minutes");
                Add($"Limits:{limit}:Enabled", "maybe", "2");
            }

            Add("Protection:Keys:0:Id", "", "with space", "é", new string('i', 65), "a/b");
            Add("Protection:Keys:0:Key", "", $"{Secret}!", Convert.ToBase64String(new byte[31]));
            Add("Email:Provider", "Pigeon", "7");
            Add("Email:From:Address", "", "not an address", "a@example.com, b@example.com", "Otp <otp@example.com>", "otp@example.com\r\nBcc: eve@example.com");
            Add("Email:From:Name", "Otp\r\nBcc: eve@example.com", new string('n', 101));
            Add("Email:Templates:Folder", "", " ", "/no/such/folder");
            Add("Email:Templates:DefaultLanguage", "", "fr");
            Add("Email:Templates:CodeInSubject", "maybe");
            Add("Email:Branding:ProductName", "", " ", "Otp\r\nBcc: eve@example.com", new string('n', 101));
            Add("Email:Branding:Colour", "", "blue", "#12345", "#12345g");
            Add("Email:Branding:Logo", "", "https://cdn.example/logo.png", "data:image/svg+xml;base64,PHN2Zz4=");
            Add("Email:Branding:SupportAddress", "", "help", "a@example.com, b@example.com");
            Add("Email:SendGrid:Sandbox", "perhaps");
            Add("Email:SendGrid:WebhookPublicKey", " ", "x", "MFkw", "LS0tLS1CRUdJTiBQVUJMSUMgS0VZLS0tLS0=");
            Add("Limits:ClientSends:PermitLimit", "0", "100001", "many");
            Add("Limits:ClientGuesses:Window", "00:00:00", "1.00:00:01", "long");
            Add("Email:Smtp:Port", "many");
            Add("Email:Smtp:Security", "Ssl");
            Add("Delivery:Enabled", "perhaps");
            Add("Delivery:Concurrency", "0", "257", "many");
            Add("Delivery:PollInterval", "00:00:00.049", "00:01:00.001", "often");
            Add("Delivery:MaxAttempts", "0", "101", "some");
            Add("Retention:Enabled", "perhaps");
            Add("Retention:Audit", "23:59:59.999", "3650.00:00:00.001", "long");
            Add("Retention:Deliveries", "23:59:59.999", "365.00:00:00.001", "long");
            Add("Database:Provider", "Oracle", "7");
            Add("ConnectionStrings:Otp", $"{Secret}", $"Data Source=x;Nonsense={Secret}", $"Password={Secret}");
            Add("Identity:EmailClaim", "", " ");
            Add("Identity:NameClaim", "", " ");
            Add("Identity:LocaleClaim", "", " ");
            Add("Identity:ResourceOwnerClaims:0", "", " ");
            Add("Identity:DefaultResourceOwner", "", " ", new string('o', 201));
            Add("Identity:TrustEmailVerifiedClaim", "always");
            Add("ReverseProxy:KnownProxies:0", "proxy.example", "10.0.0.0/33", "*", "");
            Add($"{Bearer}:SigningKeys:0:Value", "", $"{Secret}!", Convert.ToBase64String(new byte[31]));
            Add($"{Bearer}:SigningKeys:0:Issuer", "https://another.example");
            Add($"{Bearer}:ValidAudiences:0", "", " ");
            Add($"{Bearer}:Authority", "nonsense", "ftp://issuer.example", "http://issuer.example");
            Add($"{Bearer}:MetadataAddress", "nonsense", "http://issuer.example/.well-known/openid-configuration");
            return data;

            void Add(string setting, params string[] values)
            {
                foreach (var value in values)
                {
                    data.Add(setting, value);
                }
            }
        }
    }

    /// <summary>Settings that do not exist, as a slip of the pen makes them.</summary>
    public static TheoryData<string> Misspelt =>
    [
        "Passcodes:EmailVerification:Lenght",
        "Passcodes:EmailVerification:More",
        "Passcodes:EmailVerifications",
        "Passcodes:Lifetime",
        "Limits:RecipientBurst:Limit",
        "Limits:RecipientsBurst",
        "Protection:Key",
        "Protection:Keys:0:Secret",
        "Email:Providers",
        "Email:From:Adress",
        "Email:Sendgrid:Key",
        "Email:Template",
        "Email:Templates:Path",
        "Email:Branding:Color",
        "Email:Smtp:User",
        "Email:Smtp:IgnoreCertificate",
        "Delivery:Enable",
        "Retention:Mails",
        "Database:Type",
        "Identity:MailClaim",
        "ReverseProxy:KnownProxy",
    ];

    /// <summary>What Production must be told, and does not start without.</summary>
    public static TheoryData<string, string?> BadInProduction => new()
    {
        { "Email:Provider", "Mailbox" },
        { "Email:From:Address", null },
        { "Email:SendGrid:ApiKey", null },
        { "Email:SendGrid:ApiKey", " " },
        { "Email:SendGrid:ApiKey", $"{Secret}\u00e9" },
        { "Email:SendGrid:Sandbox", "true" },
        { "Email:SendGrid:BaseUrl", "nonsense" },
        { "Email:SendGrid:BaseUrl", "" },
        { "Email:SendGrid:BaseUrl", "http://api.sendgrid.com" },
        { "Email:SendGrid:BaseUrl", "http://127.0.0.1:9000" },
        { $"{Bearer}:ValidAudiences:0", null },
        { $"{Bearer}:SigningKeys:0:Issuer", null },
        { $"{Bearer}:SigningKeys:0:Value", null },
        { $"{Bearer}:SigningKeys:0:Value", Convert.ToBase64String(new byte[16]) },
        { $"{Bearer}:Authority", "http://issuer.example" },
        { $"{Bearer}:Authority", "http://127.0.0.1:9000" },
        { $"{Bearer}:MetadataAddress", "http://127.0.0.1:9000/.well-known/openid-configuration" },
    };

    [Theory, MemberData(nameof(BadValues))]
    public void Create_WhenASettingIsBad_ShouldRefuseWithOneLineThatNamesIt(string setting, string value) =>
        RefusalOf([], new() { [setting] = value }).Should().StartWith(setting).And.NotContain(Secret);

    [Theory, MemberData(nameof(Misspelt))]
    public void Create_WhenASettingIsUnknown_ShouldRefuseWithOneLineThatNamesIt(string setting) =>
        RefusalOf([], new() { [setting] = Secret }).Should().Be($"{setting} is not a setting of this version.");

    [Fact]
    public void Create_WhenASectionIsUnknown_ShouldNameTheSection() =>
        RefusalOf([], new() { ["Passcodes:EmailVerifications:Length"] = "8" }).Should().Be("Passcodes:EmailVerifications is not a setting of this version.");

    [Theory, MemberData(nameof(BadInProduction))]
    [Trait("Requirement", "SEC-26")]
    public void Create_WhenProductionIsNotTold_ShouldRefuseWithOneLineThatNamesTheSetting(string setting, string? value) =>
        RefusalOf(OtpServer.Production, new() { [setting] = value }).Should().Contain(setting).And.NotContain(Secret);

    [Fact]
    [Trait("Requirement", "SEC-26")]
    public void Create_WhenProductionHasNoBearerSettings_ShouldRefuseAndMakeNoKey()
    {
        var none = TestTokens.Settings.ToDictionary(setting => setting.Key, _ => (string?)null);

        var line = RefusalOf(OtpServer.Production, none);

        line.Should().StartWith(Bearer).And.Contain("Authority").And.Contain("SigningKeys");
        Directory.EnumerateFiles(_folder).Should().BeEmpty("a key that nobody chose signs nothing in Production");
    }

    [Fact]
    public void Create_WhenPostgreSqlHasNoConnectionString_ShouldRefuse() =>
        RefusalOf([], new() { ["Database:Provider"] = "PostgreSql" }).Should().StartWith("ConnectionStrings:Otp");

    [Theory]
    [InlineData($"{Secret}")]
    [InlineData($"Username=otp;Password={Secret}")]
    [InlineData($"Host=db;Port=many;Password={Secret}")]
    [InlineData($"Host=db;Nonsense=1;Password={Secret}")]
    public void Create_WhenPostgreSqlsConnectionStringIsBad_ShouldRefuseAndNotShowIt(string connectionString) =>
        RefusalOf([], new() { ["Database:Provider"] = "PostgreSql", ["ConnectionStrings:Otp"] = connectionString })
            .Should().StartWith("ConnectionStrings:Otp").And.NotContain(Secret);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Requirement", "SEC-09")]
    public void Create_WhenPostgreSqlHasNoProtectionKey_ShouldRefuseInEveryEnvironment(bool isProduction)
    {
        var line = RefusalOf(isProduction ? OtpServer.Production : [], new()
        {
            ["Database:Provider"] = "PostgreSql",
            ["ConnectionStrings:Otp"] = "Host=db;Username=otp;Database=otp",
            ["Protection:Keys:0:Id"] = null,
            ["Protection:Keys:0:Key"] = null,
        });

        line.Should().Contain("Protection:Keys:0:Id").And.Contain("Protection:Keys:0:Key");
    }

    [Fact]
    public void Create_WhenTwoProtectionKeysShareAnId_ShouldRefuse() =>
        RefusalOf([], new() { ["Protection:Keys:1:Id"] = "test", ["Protection:Keys:1:Key"] = Convert.ToBase64String(new byte[40]) })
            .Should().StartWith("Protection:Keys:1:Id");

    [Fact]
    public void Create_WhenSendGridIsChosenInDevelopmentWithoutItsSettings_ShouldNameEach()
    {
        var refusal = Refuse([], new() { ["Email:Provider"] = "SendGrid" });

        refusal.Reasons.Should().HaveCount(2);
        refusal.Reasons[0].Should().StartWith("Email:From:Address");
        refusal.Reasons[1].Should().StartWith("Email:SendGrid:ApiKey");
    }

    [Theory]
    [InlineData("Email:From:Address", null)]
    [InlineData("Email:Smtp:Host", null)]
    [InlineData("Email:Smtp:Host", "smtp.example:587")]
    [InlineData("Email:Smtp:Port", "0")]
    [InlineData("Email:Smtp:Security", "7")]
    [InlineData("Email:Smtp:Security", "None")]
    [InlineData("Email:Smtp:UserName", null)]
    [InlineData("Email:Smtp:UserName", "")]
    [InlineData("Email:Smtp:Password", null)]
    [InlineData("Email:Smtp:Password", $"{Secret}\n")]
    public void Create_WhenASettingOfSmtpIsBad_ShouldRefuseWithOneLineThatNamesIt(string setting, string? value) =>
        RefusalOf(Smtp, new() { [setting] = value }).Should().StartWith(setting).And.NotContain(Secret);

    [Fact]
    public async Task Create_WhenSmtpIsComplete_ShouldAcceptWithoutSendGrid()
    {
        await using var app = Create(Smtp, []);
    }

    [Fact]
    public void Create_WhenSeveralSettingsAreBad_ShouldNameAllAtOnce()
    {
        var refusal = Refuse([], new()
        {
            ["Passcodes:EmailVerification:Length"] = "5",
            ["Delivery:Concurrency"] = "many",
            ["Identity:EmailClaim"] = "",
            ["Protection:Keys:0:Key"] = Secret,
            ["Limits:RecipientBurst:Windows"] = "1",
        });

        refusal.Reasons.Select(reason => reason.Split(' ')[0]).Should().BeEquivalentTo(
            "Passcodes:EmailVerification:Length", "Delivery:Concurrency", "Identity:EmailClaim", "Protection:Keys:0:Key", "Limits:RecipientBurst:Windows");
    }

    [Theory]
    [InlineData("Passcodes:EmailVerification:Length", "6")]
    [InlineData("Passcodes:EmailVerification:Length", "12")]
    [InlineData("Passcodes:EmailVerification:Alphabet", "alphanumeric")]
    [InlineData("Passcodes:EmailVerification:Lifetime", "00:01:00")]
    [InlineData("Passcodes:EmailVerification:Lifetime", "1.00:00:00")]
    [InlineData("Passcodes:LoginChallenge:Lifetime", "00:10:00")]
    [InlineData("Passcodes:EmailVerification:MaxAttempts", "1")]
    [InlineData("Passcodes:EmailVerification:MaxAttempts", "10")]
    [InlineData("Passcodes:EmailVerification:ResendInterval", "00:00:00")]
    [InlineData("Passcodes:EmailVerification:ResendInterval", "01:00:00")]
    [InlineData("Limits:RecipientBurst:PermitLimit", "1000")]
    [InlineData("Limits:RecipientBurst:Window", "7.00:00:00")]
    [InlineData("Limits:RecipientBurst:Enabled", "false")]
    [InlineData("Delivery:Concurrency", "256")]
    [InlineData("Delivery:PollInterval", "00:00:00.050")]
    [InlineData("Retention:Audit", "1.00:00:00")]
    [InlineData("Retention:Audit", "3650.00:00:00")]
    [InlineData("Retention:Deliveries", "1.00:00:00")]
    [InlineData("Retention:Deliveries", "365.00:00:00")]
    [InlineData("ReverseProxy:KnownProxies:0", "10.0.0.0/8")]
    [InlineData("ReverseProxy:KnownProxies:0", "2001:db8::1")]
    [InlineData("Email:From:Name", "Ötp & Söhne")]
    [InlineData("Email:Templates:DefaultLanguage", "DE")]
    [InlineData("Email:Templates:CodeInSubject", "true")]
    [InlineData("Email:Branding:Colour", "#FFD400")]
    [InlineData("Email:Branding:SupportAddress", "help@example.com")]
    [InlineData("ConnectionStrings:Otp", "Data Source=other.db")]
    public async Task Create_WhenASettingIsAtItsBound_ShouldAccept(string setting, string value)
    {
        await using var development = Create([], new() { [setting] = value });
        await using var production = Create(OtpServer.Production, new() { [setting] = value });
    }

    [Fact]
    public async Task Create_WhenDevelopmentHasNoSettingsAtAll_ShouldAccept()
    {
        await using var app = OtpHost.Create(["--environment=Development", $"--DataDirectory={_folder}"]);
    }

    [Fact]
    public void Create_WhenAMapOfAnExtensionIsBroken_ShouldFailBeforeTheFirstRequest()
    {
        FluentActions.Invoking(() => OtpHost.Create(Arguments([], []), BreakAMap)).Should().Throw<InvalidOperationException>().WithMessage("a broken map");
    }

    [Theory]
    [InlineData("migrate")]
    [InlineData("keys")]
    public async Task Create_WhenOnlyACommandIsRun_ShouldNotBuildTheMaps(string command)
    {
        await using var app = OtpHost.Create([command, .. Arguments([], [])], BreakAMap);
    }

    [Theory]
    [InlineData("http://127.0.0.1:9000")]
    [InlineData("https://issuer.example")]
    public async Task Create_WhenDevelopmentHasAnIssuerOnLoopbackOrHttps_ShouldAccept(string authority)
    {
        await using var app = Create([], new() { [$"{Bearer}:Authority"] = authority });
    }

    [Fact]
    public void Create_WhenATemplateIsBroken_ShouldRefuseWithItsFileAndLine()
    {
        var file = Path.Combine(_folder, "mails", "de", "login-challenge.html.hbs");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, "<h1>Anmeldung</h1>\n{{code}}\n{{#if link}}\n{{lnik}}\n{{/if}}");

        RefusalOf(OtpServer.Production, new() { ["Email:Templates:Folder"] = Path.Combine(_folder, "mails") })
            .Should().StartWith($"Email:Templates:Folder: {file}, line 4: there is no value 'lnik' here");
    }

    [Fact]
    public async Task Run_WhenASettingIsBad_ShouldPrintOneLineAndExitWith1()
    {
        var (exitCode, output) = await OtpProcess.RunAsync(Arguments([], new() { ["Passcodes:EmailVerification:Length"] = "5" }));

        exitCode.Should().Be(1);
        output.Should().Be("Otp cannot start: Passcodes:EmailVerification:Length must be 6 to 12, not 5.");
    }

    [Fact]
    [Trait("Requirement", "SEC-30")]
    public async Task Run_WhenItIsRootInProduction_ShouldRefuseUnlessThatIsAllowed()
    {
        var (exitCode, output) = await OtpProcess.RunAsync(["migrate", .. Arguments(OtpServer.Production, new() { ["Hosting:AllowRoot"] = null })]);
        var (allowed, _) = await OtpProcess.RunAsync(["migrate", .. Arguments(OtpServer.Production, new() { ["Hosting:AllowRoot"] = "true" })]);
        var (inDevelopment, _) = await OtpProcess.RunAsync(["migrate", .. Arguments([], new() { ["Hosting:AllowRoot"] = null })]);

        (allowed, inDevelopment).Should().Be((0, 0));
        exitCode.Should().Be(Environment.IsPrivilegedProcess ? 1 : 0);
        if (Environment.IsPrivilegedProcess)
        {
            output.Should().StartWith("Otp cannot start: Hosting:AllowRoot must be true to run as root in Production.").And.NotContain("\n");
        }
    }

    [Fact]
    [Trait("Requirement", "SEC-26")]
    public async Task Run_WhenProductionHasTheMailbox_ShouldPrintOneLineAndExitWith1()
    {
        var (exitCode, output) = await OtpProcess.RunAsync(Arguments(OtpServer.Production, new() { ["Email:Provider"] = "Mailbox" }));

        exitCode.Should().Be(1);
        output.Should().StartWith("Otp cannot start: Email:Provider must not be Mailbox in Production").And.NotContain("\n");
    }

    [Theory]
    [InlineData("PostgreSql", "Host=127.0.0.1;Port=1;Username=otp;Password=" + Secret + ";Database=otp;Timeout=5")]
    [InlineData("Sqlite", "Data Source=/proc/no/such/folder/otp.db")]
    public async Task Run_WhenTheDatabaseCannotBeReached_ShouldPrintOneLineAndExitWith1(string provider, string connectionString)
    {
        var (exitCode, output) = await OtpProcess.RunAsync(Arguments([], new() { ["Database:Provider"] = provider, ["ConnectionStrings:Otp"] = connectionString }));

        exitCode.Should().Be(1);
        output.Split('\n').Where(line => line.StartsWith("Otp cannot start: ", StringComparison.Ordinal)).Should().ContainSingle().Which.Should().Contain("ConnectionStrings:Otp");
        output.Should().NotContain(Secret).And.NotContain("   at ", "a stack trace tells an operator nothing");
    }

    [Fact]
    public async Task Run_WhenTheAddressIsInUse_ShouldSayWhichInOneLine()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var address = $"http://{other.LocalEndpoint}";
        var folder = Directory.CreateTempSubdirectory("otp-test-");

        var (exitCode, output) = await OtpProcess.RunAsync(["--environment=Development", $"--DataDirectory={folder.FullName}", $"--urls={address}", "--Logging:LogLevel:Default=None"]);

        folder.Delete(recursive: true);
        exitCode.Should().Be(1);
        output.Split('\n').Where(line => line.StartsWith("Otp cannot start: ", StringComparison.Ordinal)).Should().ContainSingle().Which.Should().Contain(address);
        output.Should().NotContain("   at ");
    }

    [Fact]
    public async Task Run_WhenTheDataDirectoryCannotBeMade_ShouldPrintOneLineAndExitWith1()
    {
        var (exitCode, output) = await OtpProcess.RunAsync("--environment=Development", "--urls=http://127.0.0.1:0", "--DataDirectory=/proc/no/such/folder");

        exitCode.Should().Be(1);
        output.Should().StartWith("Otp cannot start: DataDirectory").And.NotContain("\n");
    }

    [Theory]
    [InlineData("Production", true)]
    [InlineData("Staging", false)]
    [Trait("Requirement", "SEC-26")]
    public async Task Send_WhenADevelopmentRouteIsAskedForElsewhere_ShouldAnswer404(string environment, bool isSwaggerOff)
    {
        var settings = OtpServer.Production;
        settings["environment"] = environment;
        await using var server = await OtpServer.StartAsync(Infrastructure.Persistence.DatabaseProvider.Sqlite, settings);
        List<(string Method, string Path)> routes =
        [
            ("GET", ""), ("POST", "dev/tokens"), ("GET", "dev/mailbox"), ("GET", "dev/mailbox/messages"), ("DELETE", "dev/mailbox/messages"),
            ("GET", "dev/mailbox/messages/01890000-0000-7000-8000-000000000000/html"), ("GET", "dev/otp.css"), ("GET", "dev/landing.js"),
            ("GET", "dev/mails"), ("GET", "dev/mails/previews"), ("GET", "dev/mails/previews/en/login-challenge/html"), ("GET", "dev/mails.js"), ("GET", "dev/tabs.js"),
            ("GET", "dev/clipboard.js"), ("GET", "dev/mailbox.js"), ("GET", "dev/favicon.svg"),
            ("GET", "demo"), ("GET", "dev/demo.css"), ("GET", "dev/demo.js"), ("GET", "dev/passcodes"),
        ];
        if (isSwaggerOff)
        {
            routes.AddRange([("GET", "swagger"), ("GET", "swagger/index.html"), ("GET", "swagger/swagger-ui.css")]);
        }

        foreach (var (method, path) in routes)
        {
            var answer = await server.As("ada", "ada@example.com").SendAsync(new HttpMethod(method), path, method == "POST" ? new { sub = "ada" } : null);
            answer.Status.Should().Be(HttpStatusCode.NotFound, $"{method} /{path} is for Development");
        }
    }

    private static Dictionary<string, string?> Smtp => new(OtpServer.Production)
    {
        ["Email:Provider"] = "Smtp",
        ["Email:SendGrid:ApiKey"] = null,
        ["Email:Smtp:Host"] = "smtp.example",
        ["Email:Smtp:UserName"] = "otp",
        ["Email:Smtp:Password"] = Secret,
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string RefusalOf(Dictionary<string, string?> basis, Dictionary<string, string?> deviation)
    {
        var line = Refuse(basis, deviation).Reasons.Should().ContainSingle().Which;
        line.Should().NotContainAny("\r", "\n");
        line.Should().EndWith(".");
        return line;
    }

    private static void BreakAMap(WebApplicationBuilder builder) => builder.Services.AddSingleton<Profile>(_ => throw new InvalidOperationException("a broken map"));

    private StartRefusedException Refuse(Dictionary<string, string?> basis, Dictionary<string, string?> deviation) =>
        FluentActions.Invoking(() => Create(basis, deviation)).Should().Throw<StartRefusedException>().Which;

    private WebApplication Create(Dictionary<string, string?> basis, Dictionary<string, string?> deviation) =>
        OtpHost.Create(Arguments(basis, deviation));

    private string[] Arguments(Dictionary<string, string?> basis, Dictionary<string, string?> deviation) => OtpServer.ToArguments(
        new Dictionary<string, string?>
        {
            ["DataDirectory"] = _folder,
            ["Protection:Keys:0:Id"] = "test",
            ["Protection:Keys:0:Key"] = Convert.ToBase64String(new byte[32]),
        },
        TestTokens.Settings, basis, deviation);
}
