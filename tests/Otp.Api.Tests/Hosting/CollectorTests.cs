using System.Globalization;
using System.Net;
using System.Xml.Linq;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.Hosting;

/// <summary>The garbage collector that a publish for Linux names (docs/decisions/0029-collector.md): a file that the runtime must carry, or the service does not start.</summary>
public sealed class CollectorTests
{
    private const string Prefix = "System.GC.";

    /// <summary>What the project gives a publish for Linux, by name without <see cref="Prefix"/>.</summary>
    private static readonly Dictionary<string, string> Published = XDocument.Load(Repository.PathOf("src/Otp.Api/Otp.Api.csproj"))
        .Descendants("RuntimeHostConfigurationOption")
        .Where(option => (string?)option.Parent!.Attribute("Condition") == "$(RuntimeIdentifier.StartsWith('linux'))")
        .ToDictionary(option => ((string)option.Attribute("Include")!)[Prefix.Length..], option => (string)option.Attribute("Value")!);

    [Fact]
    public async Task Start_WithTheCollectorOfAPublishForLinux_ShouldRunWithIt()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await using var service = await OtpProcess.StartAsync(database, environment: Published.ToDictionary(option => $"DOTNET_GC{option.Key}", option => InEnvironment(option.Value)));

        (await service.As("ada", "ada@example.com").RequestCodeAsync()).Status.Should().Be(HttpStatusCode.OK);

        File.ReadLines($"/proc/{service.Id}/maps").Should().Contain(line => line.EndsWith($"/{Published["Name"]}", StringComparison.Ordinal));
    }

    /// <summary>The runtime reads numbers of its environment as hexadecimal, and 1 for true.</summary>
    private static string InEnvironment(string value) =>
        value == "true" ? "1" : long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number.ToString("x", CultureInfo.InvariantCulture) : value;
}
