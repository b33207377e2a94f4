namespace Otp.WebClient.Tests;

/// <summary>What Node.js's test runner found about the demo page and the npm package.</summary>
public sealed class DemoTests(DemoSuite suite) : IClassFixture<DemoSuite>
{
    [Theory]
    [NodeTests("page.test")]
    public void Page_WhenUsedInABrowser_ShouldBehave(string name) => suite.ShouldHavePassed(name);

    [Theory]
    [NodeTests("package.test")]
    public void Package_WhenInstalledIntoAnEmptyProject_ShouldWork(string name) => suite.ShouldHavePassed(name);

    [Fact]
    public void Tests_WhenAllHaveRun_ShouldBeThoseThatAreReportedHere()
    {
        suite.Output.Should().EndWith("(exit code 0)");
        suite.Names.Should().BeEquivalentTo(NodeTestsAttribute.NamesIn("page.test").Concat(NodeTestsAttribute.NamesIn("package.test")));
    }
}
