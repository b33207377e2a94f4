using System.Globalization;
using System.Xml.Linq;
using Otp.TestKit;

namespace Otp.Architecture.Tests.Evidence;

/// <summary>What the container image is made of.</summary>
[Trait("Requirement", "SEC-30")]
public sealed class ImageTests
{
    private static readonly XDocument Project = XDocument.Load(Repository.PathOf("src/Otp.Api/Otp.Api.csproj"));

    [Fact]
    public void Image_WhenMade_ShouldRunAsAUserThatIsNotRoot() =>
        int.Parse(Property("ContainerUser"), CultureInfo.InvariantCulture).Should().BeGreaterThan(0, "a number, which an orchestrator can check");

    [Fact]
    public void Image_WhenMade_ShouldHaveUnicodesDataAndNoShell() =>
        Property("ContainerFamily").Should().Match("*-chiseled-extra", "addresses are compared by Unicode's data, which the plain ones lack");

    private static string Property(string name) => Project.Descendants(name).Single().Value;
}
