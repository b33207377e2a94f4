using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Otp.Api.Hosting;
using Otp.Application;
using Otp.Architecture.Tests.Rules;
using Otp.Architecture.Tests.Samples;
using Otp.Domain.Common;
using Otp.Infrastructure;

namespace Otp.Architecture.Tests;

/// <summary>Dependencies point inward.</summary>
public sealed class LayerTests
{
    private static readonly Assembly Domain = typeof(DomainError).Assembly;
    private static readonly Assembly Application = typeof(ApplicationRegistration).Assembly;
    private static readonly Assembly Infrastructure = typeof(InfrastructureRegistration).Assembly;
    private static readonly Assembly Api = typeof(OtpHost).Assembly;

    [Fact]
    public void Assemblies_WhenTheirReferencesAreRead_ShouldPointInward()
    {
        References(Domain).Should().OnlyContain(name => name.StartsWith("System.", StringComparison.Ordinal));
        References(Application).Where(IsOurs).Should().Equal("Otp.Domain");
        References(Infrastructure).Where(IsOurs).Should().BeEquivalentTo("Otp.Application", "Otp.Domain");
        References(Application).Should().NotContain(name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)
            || name.StartsWith("Microsoft.EntityFrameworkCore", StringComparison.Ordinal) || name.StartsWith("Npgsql", StringComparison.Ordinal)
            || name.StartsWith("Microsoft.Data", StringComparison.Ordinal));
        References(Infrastructure).Should().NotContain(name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal), "the framework reference is for hosting and HTTP clients alone");
    }

    [Fact]
    public void References_WhenTheReaderIsTried_ShouldFindWhatIsThere() =>
        References(typeof(LayerTests).Assembly).Should().Contain("Microsoft.EntityFrameworkCore").And.Contain("Otp.Infrastructure").And.Contain("Npgsql");

    [Fact]
    public void Domain_WhenItsTypesAreRead_ShouldUseNothingOfOthers() => ShouldBeClean(Domain, HouseRules.DomainUses);

    [Theory]
    [InlineData(typeof(DomainThatKnowsTheMediator), "MediatR.INotification")]
    [InlineData(typeof(DomainThatCallsTheNetworkInALambda), "System.Net.Http.HttpClient")]
    public void DomainUses_WhenATypeIsGuilty_ShouldCatchIt(Type type, string used) => HouseRules.DomainUses(type).Should().Contain($"{type.FullName} uses {used}");

    [Fact]
    public void Application_WhenItsTypesAreRead_ShouldUseNoOuterLayer() => ShouldBeClean(Application, HouseRules.ApplicationUses);

    [Theory]
    [InlineData(typeof(ApplicationThatQueriesInAnAsyncMethod), "Otp.Infrastructure.Persistence.OtpDbContext")]
    [InlineData(typeof(ApplicationThatQueriesInAnAsyncMethod), "Microsoft.EntityFrameworkCore.EntityFrameworkQueryableExtensions")]
    [InlineData(typeof(ApplicationThatKnowsHttp), "Microsoft.AspNetCore.Http.HttpContext")]
    public void ApplicationUses_WhenATypeIsGuilty_ShouldCatchIt(Type type, string used) => HouseRules.ApplicationUses(type).Should().Contain($"{type.FullName} uses {used}");

    [Fact]
    public void Infrastructure_WhenItsTypesAreRead_ShouldKnowNoTransportNorMediator() => ShouldBeClean(Infrastructure, HouseRules.InfrastructureUses);

    [Fact]
    public void InfrastructureUses_WhenATypeIsGuilty_ShouldCatchIt() =>
        HouseRules.InfrastructureUses(typeof(InfrastructureThatKnowsControllers)).Should().ContainSingle().Which.Should().EndWith("uses Microsoft.AspNetCore.Mvc.ControllerBase");

    [Fact]
    public void Providers_WhenAllTypesAreRead_ShouldBeKnownInTheirFoldersAlone()
    {
        foreach (var assembly in new[] { Domain, Application, Infrastructure, Api })
        {
            ShouldBeClean(assembly, HouseRules.ProviderUses);
        }
    }

    [Fact]
    public void ProviderUses_WhenATypeIsGuilty_ShouldCatchIt()
    {
        HouseRules.ProviderUses(typeof(ProviderUserOutsideItsFolder)).Should().Contain(use => use.EndsWith("uses Npgsql.PostgresException", StringComparison.Ordinal));
        HouseRules.ProviderUses(typeof(ProviderAskerOutsideItsFolder)).Should().Contain(use => use.EndsWith("calls IsNpgsql", StringComparison.Ordinal));
    }

    [Fact]
    public void Api_WhenItsTypesAreRead_ShouldNotReachPastTheUseCases() => ShouldBeClean(Api, HouseRules.ApiUses);

    [Theory]
    [InlineData(typeof(ApiThatQueries))]
    [InlineData(typeof(ApiThatUsesARepository))]
    public void ApiUses_WhenATypeIsGuilty_ShouldCatchIt(Type type) => HouseRules.ApiUses(type).Should().NotBeEmpty();

    internal static void ShouldBeClean(Assembly assembly, Func<Type, IEnumerable<string>> rule)
    {
        var types = TypeUsage.WrittenTypesOf(assembly).ToList();
        types.Should().HaveCountGreaterThan(10, "the rule must have something to look at");
        types.SelectMany(rule).Distinct().Should().BeEmpty();
    }

    private static bool IsOurs(string name) => name.StartsWith("Otp.", StringComparison.Ordinal);

    private static List<string> References(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }
}
