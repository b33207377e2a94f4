using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Otp.Client.Tests;

public sealed class RegistrationTests : IDisposable
{
    private readonly StubHandler _service = new();

    public void Dispose() => _service.Dispose();

    [Theory]
    [InlineData("https://otp.example", "https://otp.example/health/live")]
    [InlineData("https://otp.example/", "https://otp.example/health/live")]
    [InlineData("https://example.com/otp", "https://example.com/otp/health/live")]
    [InlineData("https://example.com/otp/?x=1#y", "https://example.com/otp/health/live")]
    public async Task Request_WhenTheAddressHasAPath_ShouldKeepIt(string address, string url)
    {
        await Create(options => options.BaseAddress = new Uri(address)).GetLivenessAsync();

        _service.Requests.Should().ContainSingle().Which.Url.Should().Be(url);
    }

    [Fact]
    public async Task Request_WhenThereIsATokenCallback_ShouldAskItEachTime()
    {
        var number = 0;
        var client = Create(
            options => options.Token = (services, _) => ValueTask.FromResult<string?>($"{services.GetRequiredService<Tokens>().Prefix}-{++number}"),
            services => services.AddSingleton(new Tokens("token")));

        await client.GetLivenessAsync();
        await client.GetLivenessAsync();

        _service.Requests.Select(request => request.Authorization).Should().Equal("Bearer token-1", "Bearer token-2");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task Request_WhenThereIsNoToken_ShouldSendNone(string? token)
    {
        await Create(options => options.Token = (_, _) => ValueTask.FromResult(token)).GetLivenessAsync();
        await Create(_ => { }).GetLivenessAsync();

        _service.Requests.Should().OnlyContain(request => request.Authorization == null);
    }

    [Fact]
    public async Task Request_WhenItIsCancelled_ShouldEndWithTheTokenCallback()
    {
        using var cancellation = new CancellationTokenSource();
        var client = Create(options => options.Token = async (_, cancellationToken) =>
        {
            await cancellation.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            return "token";
        });

        var call = () => client.GetLivenessAsync(cancellation.Token);

        await call.Should().ThrowAsync<OperationCanceledException>();
        _service.Requests.Should().BeEmpty();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("otp.example")]
    [InlineData("ftp://otp.example")]
    public void Client_WhenTheAddressIsNone_ShouldNameTheSetting(string? address)
    {
        var create = () => Create(options => options.BaseAddress = address is null ? null : new Uri(address, UriKind.RelativeOrAbsolute));

        create.Should().Throw<OptionsValidationException>().WithMessage("OtpClientOptions.BaseAddress must be*");
    }

    [Fact]
    public async Task Request_WhenAMemberHasNoValue_ShouldLeaveItOut()
    {
        var service = new StubHandler { Body = """{"results":{"details":{"sequence":"1","creationDate":"2026-01-01T00:00:00.000Z","changeDate":"2026-01-01T00:00:00.000Z","resourceOwner":"default"}},"status":"ok"}""" };

        await Create(_ => { }, service: service).SetEmailAsync("ada", new SetEmailRequest { Email = "ada@example.com", ReturnCode = new() });

        service.Requests.Single().Body.Should().Be("""{"email":"ada@example.com","returnCode":{}}""");
    }

    [Fact]
    public async Task Request_WhenAnIdHoldsWhatAPathCannot_ShouldEscapeIt()
    {
        var service = new StubHandler { Body = """{"status":"ok"}""" };

        await Create(_ => { }, service: service).UnlockOtpEmailAsync("a/b?c#d e");

        service.Requests.Single().Url.Should().Be("https://otp.example/api/v1/users/a%2Fb%3Fc%23d%20e/otp_email/unlock");
    }

    [Fact]
    public async Task Answer_WhenANewerServiceSaysMore_ShouldBeRead()
    {
        var service = new StubHandler { Body = """{"results":{"state":"live","since":1},"status":"ok","more":{}}""" };

        (await Create(_ => { }, service: service).GetLivenessAsync()).Results.State.Should().Be("live");
    }

    private IOtpClient Create(Action<OtpClientOptions> configure, Action<IServiceCollection>? add = null, StubHandler? service = null)
    {
        var services = new ServiceCollection();
        add?.Invoke(services);
        services
            .AddOtpClient(options =>
            {
                options.BaseAddress = new Uri("https://otp.example");
                configure(options);
            })
            .ConfigurePrimaryHttpMessageHandler(() => service ?? _service);
        return services.BuildServiceProvider().GetRequiredService<IOtpClient>();
    }

    private sealed record Tokens(string Prefix);
}
