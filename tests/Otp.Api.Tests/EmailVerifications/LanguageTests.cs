using System.Net;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.EmailVerifications;

/// <summary>The language of a mail: the user's own, then those that the request asks for, then the default.</summary>
public sealed class LanguageTests : IAsyncLifetime
{
    private static int _users;

    private OtpServer _server = null!;

    [Theory]
    [InlineData(null, null, "en")]
    [InlineData("de", null, "de")]
    [InlineData("de-AT", "en", "de")]
    [InlineData("de_DE", "en", "de")]
    [InlineData("DE", "en", "de")]
    [InlineData("en-GB", "de", "en")]
    [InlineData("fr", null, "en")]
    [InlineData("fr", "de", "de")]
    [InlineData("fr", "it", "en")]
    [InlineData("", "de", "de")]
    [InlineData("d\0e", "de", "de")]
    [InlineData("../de", null, "en")]
    [InlineData(null, "de", "de")]
    [InlineData(null, "de-CH, en;q=0.9", "de")]
    [InlineData(null, "en;q=0.5, de;q=0.9", "de")]
    [InlineData(null, "en;q=0.9, de;q=0.5", "en")]
    [InlineData(null, "fr, it;q=0.9, de;q=0.8, en;q=0.7", "de")]
    [InlineData(null, "fr-FR, fr;q=0.9, *;q=0.1", "en")]
    [InlineData(null, "de;q=0, en;q=0.1", "en")]
    [InlineData(null, "de;q=0", "en")]
    [InlineData(null, "*", "en")]
    [InlineData(null, "de;q=nonsense", "en")]
    [InlineData(null, ";;;,,, de", "de")]
    [InlineData(null, "<script>, de;q=0.2", "de")]
    public async Task Mail_WhenTokenAndRequestNameLanguages_ShouldBeInTheFirstThatItIsWrittenIn(string? claim, string? header, string expected)
    {
        var mail = await RequestAsync(_server, claim, header);

        mail.Should().StartWith(expected == "de" ? "Ihr Code" : "Your code");
    }

    [Fact]
    public async Task Mail_WhenAnotherDefaultIsSet_ShouldBeInIt()
    {
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, new() { ["Email:Templates:DefaultLanguage"] = "de" });

        (await RequestAsync(server, "fr", "it")).Should().StartWith("Ihr Code");
        (await RequestAsync(server, null, "en")).Should().StartWith("Your code");
    }

    [Fact]
    public async Task Notice_WhenTheUserHasALanguage_ShouldBeInIt()
    {
        var ada = _server.As("ada", null, ("locale", "de-AT"));
        await ada.SetEmailAsync("ada@example.com");
        (await ada.VerifyEmailAsync(await _server.CodeToAsync("ada@example.com"))).Status.Should().Be(HttpStatusCode.OK);
        _server.Time.Advance(TimeSpan.FromMinutes(2));
        (await ada.SetEmailAsync("new@example.com")).Status.Should().Be(HttpStatusCode.OK);

        (await _server.MailsToAsync("ada@example.com")).Select(mail => mail.Subject)
            .Should().Equal("Ihre E-Mail-Adresse wurde geändert", "Bestätigen Sie Ihre E-Mail-Adresse");
    }

    [Fact]
    public async Task Link_WhenMailsAreNotWrittenInTheUsersLanguage_ShouldStillNameIt()
    {
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, new()
        {
            ["Links:AllowedHosts:0"] = "ok.example",
            ["Links:VerificationUrlTemplate"] = "https://ok.example/?g={{.PreferredLanguage}}",
        });

        (await RequestAsync(server, "fr-CH", "de")).Should().StartWith("Ihr Code").And.Contain("https://ok.example/?g=fr-CH\n");
    }

    public async Task InitializeAsync() => _server = await OtpServer.StartAsync(DatabaseProvider.Sqlite);

    public async Task DisposeAsync() => await _server.DisposeAsync();

    private static async Task<string> RequestAsync(OtpServer server, string? claim, string? header)
    {
        var user = $"user-{Interlocked.Increment(ref _users)}";
        var caller = claim is null ? server.As(user, $"{user}@example.com") : server.As(user, $"{user}@example.com", ("locale", claim));
        using var request = new HttpRequestMessage(HttpMethod.Put, "api/v1/user/me/email/otp");
        if (header is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept-Language", header);
        }

        (await caller.SendAsync(request)).Status.Should().Be(HttpStatusCode.OK);
        return (await server.MailsToAsync($"{user}@example.com")).Single().Text;
    }
}
