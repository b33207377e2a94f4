using Microsoft.Extensions.DependencyInjection;
using Otp.Application.Common.Ports;
using Otp.Domain.Emails;
using Otp.Domain.OtpEmailFactors;
using Otp.Domain.Passcodes;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Infrastructure.Tests.Persistence;

public sealed class OtpEmailFactorRepositoryTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly EmailAddress Old = EmailAddress.Parse("old@example.com");
    private static readonly EmailAddress New = EmailAddress.Parse("new@example.com");
    private static readonly PasscodeHash Hash = new("key", new byte[PasscodeHash.ValueLength]);

    [Theory]
    [BothDatabases(true)]
    [BothDatabases(false)]
    [Trait("Rule", "22")]
    public async Task Commit_WhenTheContactFactorTakesTheAddressOfARemovedOne_ShouldStoreBoth(DatabaseProvider provider, bool isContactOlder)
    {
        await using var server = await OtpServer.StartAsync(provider);
        var older = Guid.CreateVersion7(Start);
        var newer = Guid.CreateVersion7(Start.AddSeconds(1));
        var contact = isContactOlder ? older : newer;
        await InUnitOfWorkAsync(server, repository =>
        {
            var factors = UserFactors.Start("ada", Start);
            factors.AddReady(contact, Old, Start);
            factors.AddForRegistration(isContactOlder ? newer : older, New, Hash, null, PasscodePolicy.DefaultFor(PasscodePurpose.FactorRegistration), Start);
            repository.Add(factors);
            return Task.CompletedTask;
        });

        await InUnitOfWorkAsync(server, async repository => (await repository.FindAsync("ada", CancellationToken.None))!.FollowContact(Old, New, Start.AddMinutes(1)));

        await InUnitOfWorkAsync(server, async repository =>
        {
            var factors = (await repository.FindAsync("ada", CancellationToken.None))!;
            factors.Factors.Should().ContainSingle().Which.Id.Should().Be(contact);
            factors.FindAt(New)!.State.Should().Be(FactorState.Ready);
            (await repository.ListAsync("ada", [FactorState.Removed], CancellationToken.None)).Should().ContainSingle().Which.Address.Should().Be(New);
        });
    }

    [Theory, BothDatabases]
    [Trait("Rule", "17")]
    public async Task Commit_WhenAnAddressIsRemovedAndAddedAgain_ShouldKeepOneLiveFactor(DatabaseProvider provider)
    {
        await using var server = await OtpServer.StartAsync(provider);
        for (var round = 0; round < 3; round++)
        {
            var now = Start.AddMinutes(round);
            await InUnitOfWorkAsync(server, async repository =>
            {
                var factors = await repository.FindAsync("ada", CancellationToken.None) ?? UserFactors.Start("ada", now);
                if (factors.FindAt(Old) is { } present)
                {
                    factors.Remove(present, now);
                }

                factors.AddReady(Guid.CreateVersion7(now), Old, now);
                repository.Add(factors);
            });
        }

        await InUnitOfWorkAsync(server, async repository =>
        {
            (await repository.FindAsync("ada", CancellationToken.None))!.Factors.Should().ContainSingle();
            (await repository.ListAsync("ada", [FactorState.Removed], CancellationToken.None)).Should().HaveCount(2);
        });
    }

    private static async Task InUnitOfWorkAsync(OtpServer server, Func<IOtpEmailFactorRepository, Task> action)
    {
        await using var scope = server.Services.CreateAsyncScope();
        await action(scope.ServiceProvider.GetRequiredService<IOtpEmailFactorRepository>());
        (await scope.ServiceProvider.GetRequiredService<IUnitOfWork>().TryCommitAsync(CancellationToken.None)).Should().BeTrue();
    }
}
