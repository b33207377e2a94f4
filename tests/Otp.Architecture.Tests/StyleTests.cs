using System.Reflection;
using Microsoft.AspNetCore.Mvc;
using Otp.Api.Hosting;
using Otp.Application;
using Otp.Architecture.Tests.Rules;
using Otp.Architecture.Tests.Samples;
using Otp.Architecture.Tests.Samples.Helpers;
using Otp.Domain.Common;
using Otp.Infrastructure;

namespace Otp.Architecture.Tests;

/// <summary>The house style, as far as it can be seen in the assemblies.</summary>
public sealed class StyleTests
{
    private static readonly Assembly[] Layers =
        [typeof(DomainError).Assembly, typeof(ApplicationRegistration).Assembly, typeof(InfrastructureRegistration).Assembly, typeof(OtpHost).Assembly];

    private static readonly Dictionary<string, Func<Type, IEnumerable<string>>> Rules = new()
    {
        ["sealed"] = HouseRules.Sealed,
        ["internal"] = HouseRules.InternalAndSealed,
        ["names"] = HouseRules.Names,
        ["use-case folders"] = HouseRules.UseCaseFolder,
        ["folders"] = HouseRules.Folders,
        ["aggregates"] = HouseRules.Aggregates,
        ["controllers"] = HouseRules.Controllers,
        ["repositories"] = HouseRules.Repositories,
        ["DTOs"] = HouseRules.Dtos,
    };

    public static TheoryData<string> RuleNames => [.. Rules.Keys];

    [Theory]
    [MemberData(nameof(RuleNames))]
    public void Layers_WhenARuleIsApplied_ShouldKeepIt(string rule)
    {
        foreach (var layer in Layers)
        {
            LayerTests.ShouldBeClean(layer, Rules[rule]);
        }
    }

    [Theory]
    [InlineData("sealed", typeof(UnsealedType), "is not sealed")]
    [InlineData("internal", typeof(PublicProfile), "is public")]
    [InlineData("internal", typeof(UnsealedHandler), "is not sealed")]
    [InlineData("names", typeof(Ping), "is not named …Command")]
    [InlineData("names", typeof(PingRequest), "is not named …Query")]
    [InlineData("names", typeof(PingProcessor), "is not named …Handler")]
    [InlineData("names", typeof(UnsealedHandler), "does not stand beside")]
    [InlineData("names", typeof(PingRules), "is not named …Validator")]
    [InlineData("names", typeof(PingRules), "does not stand beside")]
    [InlineData("names", typeof(PingProblems), "is not named …Errors")]
    [InlineData("use-case folders", typeof(PingCommand), "is not in Feature/Ping")]
    [InlineData("folders", typeof(StringHelper), "is in a folder Helpers")]
    [InlineData("aggregates", typeof(OpenAggregate), "is not sealed")]
    [InlineData("aggregates", typeof(OpenAggregate), "has a constructor that is not private")]
    [InlineData("aggregates", typeof(OpenAggregate), "Name can be set from outside")]
    [InlineData("aggregates", typeof(OpenAggregate), "Number can be set from outside")]
    [InlineData("aggregates", typeof(OpenAggregate), "Other navigates to another aggregate")]
    [InlineData("aggregates", typeof(OpenAggregate), "Touch takes a clock")]
    [InlineData("controllers", typeof(FatController), "does not inherit from OtpController")]
    [InlineData("controllers", typeof(FatController), "keeps state in _calls")]
    [InlineData("controllers", typeof(FatController), "IEmailVerificationRepository")]
    [InlineData("controllers", typeof(BusyController), "Get does more than bind and send")]
    [InlineData("repositories", typeof(GenericRepository<>), "is generic")]
    [InlineData("repositories", typeof(GenericRepository<>), "Query saves or leaks queries")]
    [InlineData("repositories", typeof(GenericRepository<>), "calls SaveChangesAsync")]
    [InlineData("DTOs", typeof(OpenDto), "Name can be changed")]
    [InlineData("DTOs", typeof(OpenDto), "Verification shows an aggregate")]
    public void Rule_WhenATypeIsGuilty_ShouldCatchIt(string rule, Type guilty, string finding) =>
        Rules[rule](guilty).Should().Contain(found => found.Contains(finding, StringComparison.Ordinal));

    [Fact]
    public void Rules_WhenEachIsTried_ShouldHaveAGuiltySample() =>
        typeof(StyleTests).GetMethod(nameof(Rule_WhenATypeIsGuilty_ShouldCatchIt))!.GetCustomAttributes<InlineDataAttribute>()
            .Select(data => (string)data.GetData(null!).Single()[0]).Distinct().Should().BeEquivalentTo(Rules.Keys);

    [Fact]
    public void ControllersAndAggregates_WhenLookedFor_ShouldBeFound()
    {
        var types = Layers.SelectMany(TypeUsage.WrittenTypesOf).ToList();

        types.Should().Contain(type => !type.IsAbstract && typeof(ControllerBase).IsAssignableFrom(type));
        types.Where(type => !type.IsAbstract && typeof(AggregateRoot).IsAssignableFrom(type)).Should().HaveCountGreaterThanOrEqualTo(2);
    }
}
