using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Otp.Application.Delivery;
using Otp.TestKit;

namespace Otp.Application.Tests.Delivery;

public sealed class ProviderCircuitTests : IDisposable
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    private readonly ManualTimeProvider _time = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ProviderCircuit _circuit;

    public ProviderCircuitTests() =>
        _circuit = new ProviderCircuit(_time, new DeliveryMetrics(_services.GetRequiredService<IMeterFactory>()));

    public void Dispose() => _services.Dispose();

    [Fact]
    public void NoteFailure_WhenItIsTheTenthOfTheWindow_ShouldOpenOnce()
    {
        Fail(9).Should().Be(0);
        _circuit.IsOpen.Should().BeFalse();

        Fail(1).Should().Be(1);

        _circuit.IsOpen.Should().BeTrue();
        Fail(20).Should().Be(0, "it is open already");
    }

    [Theory]
    [InlineData(29_999, true)]
    [InlineData(30_000, false)]
    public void NoteFailure_WhenTheFirstOfTenIsThatOld_ShouldOpenOnlyWithinTheWindow(int milliseconds, bool isOpen)
    {
        Fail(1);
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));

        Fail(9);

        _circuit.IsOpen.Should().Be(isOpen);
    }

    [Fact]
    public void NoteFailure_WhenAnyMailWasTakenWithinTheWindow_ShouldStayClosedHoweverManyFail()
    {
        _circuit.NoteSuccess().Should().BeFalse("it was closed");
        for (var second = 0; second < 300; second++)
        {
            Fail(100).Should().Be(0);
            _time.Advance(TimeSpan.FromSeconds(1));
            if (second % 29 == 0)
            {
                _circuit.NoteSuccess();
            }
        }
    }

    [Fact]
    public void NoteFailure_WhenTheLastSuccessIsOlderThanTheWindow_ShouldOpen()
    {
        _circuit.NoteSuccess();
        _time.Advance(ProviderCircuit.Window - Millisecond);
        Fail(10).Should().Be(0);
        _time.Advance(Millisecond);

        Fail(1).Should().Be(1);
    }

    [Fact]
    public void Pause_WhenClosed_ShouldBeNone()
    {
        _circuit.NoteClaim();
        Fail(9);

        _circuit.Pause.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void Pause_WhenOpen_ShouldLetOneThroughEachSecond()
    {
        _circuit.NoteClaim();
        Fail(10);

        _circuit.Pause.Should().Be(ProviderCircuit.ProbeInterval);
        _time.Advance(ProviderCircuit.ProbeInterval - Millisecond);
        _circuit.Pause.Should().Be(Millisecond);
        _time.Advance(Millisecond);
        _circuit.Pause.Should().Be(TimeSpan.Zero);
        _time.Advance(TimeSpan.FromMinutes(1));
        _circuit.Pause.Should().Be(TimeSpan.Zero, "nothing is saved up while nothing is due");
        _circuit.NoteClaim();
        _circuit.Pause.Should().Be(ProviderCircuit.ProbeInterval);
    }

    [Fact]
    public void Pause_WhenTheProbeDidNotReachTheProvider_ShouldLetAnotherThroughAtOnce()
    {
        Fail(10);
        _circuit.NoteClaim();

        _circuit.NoteNoCall();

        _circuit.Pause.Should().Be(TimeSpan.Zero);
        _circuit.IsOpen.Should().BeTrue("nothing was learnt");
    }

    [Fact]
    public void NoteSuccess_WhenOpen_ShouldCloseAndNotOpenAgainWithinTheWindow()
    {
        Fail(10);

        _circuit.NoteSuccess().Should().BeTrue();

        _circuit.IsOpen.Should().BeFalse();
        _circuit.Pause.Should().Be(TimeSpan.Zero);
        Fail(100).Should().Be(0);
        _time.Advance(ProviderCircuit.Window);
        Fail(9).Should().Be(0);
        Fail(1).Should().Be(1);
    }

    private int Fail(int times) => Enumerable.Range(0, times).Count(_ => _circuit.NoteFailure());
}
