using System.Net;
using System.Text;
using AutoMapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Otp.Application;
using Otp.Domain.EmailVerifications;
using Otp.ExtensionSample.Withdrawals;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.Extending;

/// <summary>A team's command, handler, validator and controller, from their own assembly, in our host.</summary>
public sealed class ExtensionTests
{
    private const string User = "ada";
    private const string Address = "ada@example.com";
    private const string Route = "api/v1/user/me/email/withdraw";

    [Theory, BothDatabases]
    public async Task Withdraw_WhenThereIsACode_ShouldKillItAndNotSendItsMail(DatabaseProvider provider)
    {
        await using var server = await StartAsync(provider);
        var ada = server.As(User, Address);
        await ada.RequestCodeAsync();

        var answer = await WithdrawAsync(ada, Address);

        answer.Status.Should().Be(HttpStatusCode.OK);
        answer.Text.Should().Be("""{"results":{"email":"ada@example.com","resendAvailableAt":"2026-01-01T00:01:00.000Z"},"status":"ok"}""");
        (await server.MailsToAsync(Address)).Should().BeEmpty();
        var status = await ada.StatusAsync();
        status.Results.ContainsKey("otp").Should().BeFalse();
        ((string)status.Results["delivery"]!["state"]!).Should().Be("superseded");
    }

    [Theory, BothDatabases]
    public async Task Withdraw_WhenTheMailIsOut_ShouldMakeItsCodeFail(DatabaseProvider provider)
    {
        await using var server = await StartAsync(provider);
        var ada = server.As(User, Address);
        await ada.RequestCodeAsync();
        var code = await server.CodeToAsync(Address);

        await WithdrawAsync(ada, Address);

        (await ada.VerifyAsync(code)).IsVerified.Should().BeFalse();
    }

    [Theory]
    [BothDatabases("eve@", "must be one e-mail address")]
    [BothDatabases("", "is required")]
    public async Task Withdraw_WhenTheAddressIsNone_ShouldNameTheMember(DatabaseProvider provider, string email, string message)
    {
        await using var server = await StartAsync(provider);

        var answer = await WithdrawAsync(server.As(User, Address), email);

        answer.Status.Should().Be(HttpStatusCode.UnprocessableEntity);
        answer.ErrorName.Should().Be("ValidateError");
        ((string)answer.Error["data"]!["email"]!["message"]!).Should().Be(message);
    }

    [Theory, BothDatabases]
    public async Task Withdraw_WhenAMemberIsUnknown_ShouldNameIt(DatabaseProvider provider)
    {
        await using var server = await StartAsync(provider);

        var answer = await server.As(User, Address).SendAsync(HttpMethod.Post, Route, new { email = Address, reason = "spam" });

        answer.Status.Should().Be(HttpStatusCode.UnprocessableEntity);
        ((string)answer.Error["data"]!["reason"]!["message"]!).Should().Be("is not known");
    }

    [Theory, BothDatabases]
    public async Task Withdraw_WhenAnotherAddressIsNamed_ShouldBeRefusedAndChangeNothing(DatabaseProvider provider)
    {
        await using var server = await StartAsync(provider);
        var ada = server.As(User, Address);
        await ada.RequestCodeAsync();

        var answer = await WithdrawAsync(ada, "eve@example.com");

        ShouldBeRefused(answer, HttpStatusCode.Conflict, "ConflictError", WithdrawalErrors.OtherAddress.Message);
        (await ada.VerifyAsync(await server.CodeToAsync(Address))).IsVerified.Should().BeTrue();
    }

    [Theory, BothDatabases]
    public async Task Withdraw_WhenVerified_ShouldBeRefused(DatabaseProvider provider)
    {
        await using var server = await StartAsync(provider);
        var ada = server.As(User, Address);
        await ada.RequestCodeAsync();
        await ada.VerifyAsync(await server.CodeToAsync(Address));

        var answer = await WithdrawAsync(ada, Address);

        ShouldBeRefused(answer, HttpStatusCode.Conflict, "ConflictError", WithdrawalErrors.TooLate.Message);
        (await ada.StatusAsync()).IsVerified.Should().BeTrue();
    }

    [Theory, BothDatabases]
    public async Task Withdraw_WhenTheUserIsNotKnown_ShouldBeNotFound(DatabaseProvider provider)
    {
        await using var server = await StartAsync(provider);

        var answer = await WithdrawAsync(server.As("nobody", Address), Address);

        ShouldBeRefused(answer, HttpStatusCode.NotFound, "NotFoundError", EmailVerificationErrors.NotFound.Message);
    }

    [Theory, BothDatabases]
    public async Task Withdraw_WhenThereIsNoToken_ShouldBeUnauthorized(DatabaseProvider provider)
    {
        await using var server = await StartAsync(provider);
        using var body = new StringContent($$"""{"email":"{{Address}}"}""", Encoding.UTF8, "application/json");

        using var response = await server.Client.PostAsync(Route, body);

        response.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await response.Content.ReadAsStringAsync()).Should().Contain("AuthorizationError");
    }

    [Theory, BothDatabases]
    public async Task Withdraw_When20LoseARaceTogether_ShouldRunThemAgainAndServeAll(DatabaseProvider provider)
    {
        const int count = 20;
        var gate = new LoadingGate(count);
        await using var server = await StartAsync(provider, builder =>
            builder.Services.Decorate<IEmailVerificationRepository>(inner => new GatedRepository(inner, gate)));
        var ada = server.As(User, Address);
        await ada.RequestCodeAsync();
        var before = await StoredAsync(server);
        gate.Close();

        // All have loaded the same state before the first of them may store: 19 cannot but lose.
        var answers = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => WithdrawAsync(ada, Address)));

        answers.Should().OnlyContain(answer => answer.Status == HttpStatusCode.OK, "whoever loses a race is served all the same");
        gate.Loads.Should().BeGreaterThanOrEqualTo(count + count - 1, "the handlers of the losers ran again");
        var after = await StoredAsync(server);
        after.Sequence.Should().Be(before.Sequence + 1, "exactly one of them makes the change");
        after.Slot.Passcode.Should().BeNull();
    }

    [Fact]
    public async Task Mapping_WhenExtended_ShouldBeComplete()
    {
        await using var server = await StartAsync(DatabaseProvider.Sqlite);

        server.Services.GetRequiredService<IMapper>().ConfigurationProvider.AssertConfigurationIsValid();
    }

    private static Task<OtpServer> StartAsync(DatabaseProvider provider, Action<WebApplicationBuilder>? more = null) =>
        OtpServer.StartAsync(provider, extend: builder =>
        {
            var sample = typeof(WithdrawPasscodeCommand).Assembly;
            builder.Services.AddHandlersFrom(sample);
            builder.Services.AddControllers().AddApplicationPart(sample);
            more?.Invoke(builder);
        });

    private static Task<OtpAnswer> WithdrawAsync(OtpCaller caller, string email) => caller.SendAsync(HttpMethod.Post, Route, new { email });

    private static void ShouldBeRefused(OtpAnswer answer, HttpStatusCode status, string name, string message)
    {
        answer.Status.Should().Be(status);
        answer.ErrorName.Should().Be(name);
        ((string)answer.Error["message"]!).Should().Be(message);
    }

    private static async Task<EmailVerification> StoredAsync(OtpServer server)
    {
        await using var scope = server.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<OtpDbContext>().EmailVerifications.AsNoTracking().SingleAsync(item => item.UserId == User);
    }

    /// <summary>Once closed, opens again when as many loads stand before it as it waits for.</summary>
    private sealed class LoadingGate(int waitsFor)
    {
        private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile bool _isClosed;
        private int _loads;

        public int Loads => Volatile.Read(ref _loads);

        public void Close() => _isClosed = true;

        public Task PassAsync()
        {
            if (!_isClosed)
            {
                return Task.CompletedTask;
            }

            if (Interlocked.Increment(ref _loads) == waitsFor)
            {
                _opened.SetResult();
            }

            return _opened.Task.WaitAsync(TimeSpan.FromMinutes(1));
        }
    }

    private sealed class GatedRepository(IEmailVerificationRepository inner, LoadingGate gate) : IEmailVerificationRepository
    {
        public async Task<EmailVerification?> FindAsync(string userId, CancellationToken cancellationToken)
        {
            var found = await inner.FindAsync(userId, cancellationToken);
            await gate.PassAsync();
            return found;
        }

        public Task<EmailVerification?> ReadAsync(string userId, CancellationToken cancellationToken) => inner.ReadAsync(userId, cancellationToken);

        public void Add(EmailVerification verification) => inner.Add(verification);
    }
}
