using MediatR;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Otp.Application.Common;
using Otp.Application.Common.Ports;
using Otp.Domain.Common;
using Otp.Domain.Passcodes;

namespace Otp.Application.Tests.Behaviors;

/// <summary>The pipeline as it is registered, around handlers of another assembly.</summary>
public sealed class PipelineTests : IAsyncDisposable
{
    private const string Secret = "813957";

    private readonly CapturedLogs _logs = new();
    private readonly SampleScript _script = new();
    private readonly ScriptedUnitOfWork _unitOfWork = new();
    private readonly ServiceProvider _services;

    public PipelineTests()
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_logs));
        services.AddMetrics();
        services.AddApplication(new ConfigurationBuilder().Build());
        services.AddHandlersFrom(typeof(SampleCommand).Assembly);
        services.AddSingleton(_script);
        services.AddSingleton<IUnitOfWork>(_unitOfWork);
        _services = services.BuildServiceProvider(validateScopes: true);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    [Fact]
    public async Task Send_WhenACommandSucceeds_ShouldCommitOnceAfterTheHandler()
    {
        _script.Answer = () =>
        {
            _unitOfWork.Events.Add("handler");
            return "done";
        };

        (await SendAsync(Good())).Value.Should().Be("done");

        _unitOfWork.Events.Should().Equal("handler", "commit");
    }

    [Fact]
    public async Task Send_WhenACommandIsRefusedByItsHandler_ShouldCommitAllTheSame()
    {
        _script.Answer = () => SampleScript.Refusal;

        (await SendAsync(Good())).Error.Should().Be(SampleScript.Refusal);

        _unitOfWork.Events.Should().Equal("commit");
    }

    [Fact]
    public async Task Send_WhenAHandlerThrows_ShouldNotCommit()
    {
        _script.Answer = () => throw new InvalidOperationException("a bug");

        await FluentActions.Awaiting(() => SendAsync(Good())).Should().ThrowAsync<InvalidOperationException>();

        _unitOfWork.Events.Should().BeEmpty();
        _script.Runs.Should().Be(1);
    }

    [Fact]
    public async Task Send_WhenACommandLosesRaces_ShouldRunItAgainInItsTurnAndAnswerWithTheLastRun()
    {
        _unitOfWork.LostRaces = 2;
        _script.Answer = () => $"run {_script.Runs}";

        (await SendAsync(Good())).Value.Should().Be("run 3");

        _unitOfWork.Events.Should().Equal("lost", "turn", "lost", "end of turn", "turn", "commit", "end of turn");
    }

    [Theory]
    [InlineData(19, true)]
    [InlineData(20, false)]
    public async Task Send_WhenACommandLosesAgainAndAgain_ShouldGiveUpAfterTwentyRuns(int lostRaces, bool succeeds)
    {
        _unitOfWork.LostRaces = lostRaces;

        var send = () => SendAsync(Good());

        if (succeeds)
        {
            (await send()).IsSuccess.Should().BeTrue();
        }
        else
        {
            (await send.Should().ThrowAsync<ContentionException>()).WithMessage("*SampleCommand*").Which.Message.Should().NotContain(Secret);
            _unitOfWork.Events.Should().NotContain("commit").And.EndWith("end of turn");
        }

        _script.Runs.Should().Be(20);
    }

    [Fact]
    public async Task Send_WhenAHandlerThrowsInItsSecondRun_ShouldEndItsTurn()
    {
        _unitOfWork.LostRaces = 1;
        _script.Answer = () => _script.Runs == 1 ? "lost" : throw new InvalidOperationException("a bug");

        await FluentActions.Awaiting(() => SendAsync(Good())).Should().ThrowAsync<InvalidOperationException>();

        _unitOfWork.Events.Should().Equal("lost", "turn", "end of turn");
    }

    [Fact]
    public async Task Send_WhenItIsAQuery_ShouldNeitherCommitNorTakeTurns()
    {
        (await SendAsync(new SampleQuery())).Value.Should().Be("done");

        _unitOfWork.Events.Should().BeEmpty();
    }

    [Fact]
    public async Task Send_WhenTheShapeIsBad_ShouldCollectAllErrorsOfAllValidatorsAndNotRunTheHandler()
    {
        var result = await SendAsync(new SampleCommand("bad", "", Passcode.FromInput(Secret + "0")));

        result.Error!.Code.Should().Be("Request.Invalid");
        result.Error.Kind.Should().Be(ErrorKind.InvalidArgument);
        result.Error.Fields.Should().BeEquivalentTo(
        [
            new FieldError("userName", "must not be bad", "bad"),
            new FieldError("passcode", "must be 6 digits"),
            new FieldError("note", "must be set", ""),
        ]);
        _script.Runs.Should().Be(0);
        _unitOfWork.Events.Should().BeEmpty("nothing was done");
    }

    [Fact]
    [Trait("Requirement", "SEC-11")]
    public async Task Send_WhenASecretIsBadlyShaped_ShouldNotEchoIt()
    {
        var result = await SendAsync(new SampleCommand("good", "note", Passcode.FromInput(Secret + "0")));

        var field = result.Error!.Fields.Should().ContainSingle().Subject;
        field.Value.Should().BeNull();
        result.Error.ToString().Should().NotContain(Secret);
        field.ToString().Should().NotContain(Secret);
    }

    [Theory]
    [InlineData(254, false)]
    [InlineData(301, true)]
    public async Task Send_WhenABadValueIsLong_ShouldNotEchoIt(int length, bool bad)
    {
        var result = await SendAsync(new SampleCommand(new string('x', length), "note", Passcode.FromInput(Secret)));

        result.IsSuccess.Should().Be(!bad);
        if (bad)
        {
            result.Error!.Fields.Single().Value.Should().BeNull();
        }
    }

    [Fact]
    [Trait("Requirement", "SEC-11")]
    public async Task Send_WhenAnythingHappens_ShouldLogTypeAndCodeAndNeverTheRequest()
    {
        await SendAsync(Good());
        _script.Answer = () => SampleScript.Refusal;
        await SendAsync(Good());
        await SendAsync(new SampleCommand("bad", "", Passcode.FromInput(Secret)));
        await SendAsync(new SampleQuery());
        _unitOfWork.LostRaces = 1;
        await SendAsync(Good());
        _script.Answer = () => throw new InvalidOperationException("a bug");
        await FluentActions.Awaiting(() => SendAsync(Good())).Should().ThrowAsync<InvalidOperationException>();

        _logs.Lines.Should().Contain(line => line.StartsWith("Debug") && line.Contains("SampleCommand done in"));
        _logs.Lines.Should().Contain(line => line.StartsWith("Information") && line.Contains("SampleCommand refused with Sample.Refused"));
        _logs.Lines.Should().Contain(line => line.Contains("SampleCommand refused with Request.Invalid"), "validation is inside logging");
        _logs.Lines.Should().Contain(line => line.Contains("SampleQuery refused"));
        _logs.Lines.Should().Contain(line => line.Contains("SampleCommand lost a race in run 1"));
        _logs.All.Should().NotContainAny(Secret, "a planted name", "a planted note");
    }

    private static SampleCommand Good() => new("a planted name", "a planted note", Passcode.FromInput(Secret));

    private async Task<Result<string>> SendAsync(IRequest<Result<string>> request)
    {
        await using var scope = _services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }
}
