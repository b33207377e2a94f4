using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Client.Tests.Programs;

/// <summary>The console sample, typed into as by a person.</summary>
public sealed class SampleTests
{
    private const string Address = "ada@example.com";

    [Fact]
    public async Task Sample_WhenTheCodeIsTypedWrongThenRight_ShouldVerifyTheAddress()
    {
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite);
        using var program = Start(server, "ada", Address);
        await program.WaitForAsync("Code: ");
        var code = await server.CodeToAsync(Address);

        await program.TypeAsync("12345");
        await program.WaitForAsync("A code has 6 digits." + Environment.NewLine + "Code: ");
        await program.TypeAsync(Guesses.Except(code).First());
        await program.WaitForAsync("That is not the code. Wrong codes so far: 1." + Environment.NewLine + "Code: ");
        await program.TypeAsync(code);

        var (exitCode, output) = await program.FinishAsync();
        exitCode.Should().Be(0);
        output.Should().EndWith($"{Address} is verified.{Environment.NewLine}");
    }

    [Fact]
    public async Task Sample_WhenTooManyCodesAreWrong_ShouldSayUntilWhenItIsLocked()
    {
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite);
        using var program = Start(server, "ada", Address);
        await program.WaitForAsync("Code: ");
        foreach (var wrong in Guesses.Except(await server.CodeToAsync(Address)).Take(5))
        {
            await program.TypeAsync(wrong);
        }

        var (exitCode, output) = await program.FinishAsync();
        exitCode.Should().Be(1);
        output.Should().MatchRegex(@"Too many wrong codes: locked until \d\d:\d\d UTC\.");

        using var again = Start(server, "ada", Address);
        (await again.FinishAsync()).Output.Should().MatchRegex(@"^Too many attempts\. Try again in \d+ s\.");
    }

    [Fact]
    public async Task Sample_WhenCalledWithoutAUser_ShouldSayHowToCallIt()
    {
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite);
        using var program = Start(server);

        var (exitCode, output) = await program.FinishAsync();

        (exitCode, output).Should().Be((2, $"Usage: dotnet run --project samples/console USER ADDRESS{Environment.NewLine}"));
    }

    private static ChildProcess Start(OtpServer server, params string[] arguments)
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Repository.PathOf("samples", "console", "bin", framework.Parent!.Name, framework.Name, "Otp.Samples.Console.dll");
        return ChildProcess.Start(Repository.Root, new Dictionary<string, string> { ["OTP_URL"] = server.Client.BaseAddress!.AbsoluteUri }, [program, .. arguments]);
    }
}
