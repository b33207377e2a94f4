using System.Net;
using Otp.Domain.EmailVerifications;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Infrastructure.Tests.Persistence;

/// <summary>What a token may say and a database may not like.</summary>
public sealed class StoredNameTests(SharedServers servers) : IClassFixture<SharedServers>
{
    [Theory]
    [BothDatabases("nul", "Ada\0Lovelace", "AdaLovelace")]
    [BothDatabases("controls", "Ada\r\n\u001bX", "AdaX")]
    [BothDatabases("emoji", "Ada 😀", "Ada 😀")]
    public async Task RequestCode_WhenTheTokensNameIsOdd_ShouldStoreItWithoutControlCharacters(DatabaseProvider provider, string user, string name, string stored)
    {
        var server = await servers.GetAsync(provider);

        var answer = await server.As(user, $"{user}@example.com", ("name", name)).RequestCodeAsync();

        answer.Status.Should().Be(HttpStatusCode.OK);
        await using var work = new Work(server);
        (await work.FindAsync(user))!.DisplayName.Should().Be(stored);
    }

    [Theory, BothDatabases]
    public async Task RequestCode_WhenALongNameEndsInsideASurrogatePair_ShouldCutBeforeIt(DatabaseProvider provider)
    {
        var server = await servers.GetAsync(provider);
        var start = new string('x', UserIdentity.MaxDisplayNameLength - 1);

        var answer = await server.As("cut", "cut@example.com", ("name", start + "😀😀")).RequestCodeAsync();

        answer.Status.Should().Be(HttpStatusCode.OK);
        await using var work = new Work(server);
        (await work.FindAsync("cut"))!.DisplayName.Should().Be(start);
    }

    [Theory, BothDatabases]
    public async Task RequestCode_WhenTheResourceOwnerHasAControlCharacter_ShouldNotTakeItOver(DatabaseProvider provider)
    {
        var server = await servers.GetAsync(provider);

        var answer = await server.As("owner", "owner@example.com", ("urn:zitadel:iam:user:resourceowner:id", "org\0x")).RequestCodeAsync();

        answer.Status.Should().Be(HttpStatusCode.OK);
        await using var work = new Work(server);
        (await work.FindAsync("owner"))!.ResourceOwner.Should().NotContain("\0");
    }
}
