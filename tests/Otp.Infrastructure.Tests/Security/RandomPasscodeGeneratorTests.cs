using Otp.Domain.Passcodes;
using Otp.Infrastructure.Security;

namespace Otp.Infrastructure.Tests.Security;

[Trait("Requirement", "SEC-01")]
public sealed class RandomPasscodeGeneratorTests
{
    private const int Draws = 100_000;

    // Quantiles of the chi-squared distribution at p = 1e-9, by Wilson and Hilferty: a fair generator fails one run in a billion.
    private const double Z = 5.998;

    private readonly RandomPasscodeGenerator _generator = new();

    [Fact]
    public void Generate_WhenDrawnOften_ShouldBeUniformAtEveryPosition()
    {
        var policy = PasscodePolicy.DefaultFor(PasscodePurpose.EmailVerification);
        var codes = Draw(policy);

        codes.Should().OnlyContain(code => code.Length == 6 && code.All(char.IsAsciiDigit));
        for (var position = 0; position < 6; position++)
        {
            ShouldBeUniform(codes.Select(code => code[position] - '0'), 10);
        }
    }

    [Fact]
    public void Generate_WhenDrawnOften_ShouldBeUniformOverPairsOfDigits()
    {
        var codes = Draw(PasscodePolicy.DefaultFor(PasscodePurpose.EmailVerification));

        ShouldBeUniform(codes.Select(code => ((code[4] - '0') * 10) + code[5] - '0'), 100);
        ShouldBeUniform(codes.Select(code => ((code[0] - '0') * 10) + code[1] - '0'), 100);
        ShouldBeUniform(codes.Zip(codes.Skip(1), (one, next) => ((one[5] - '0') * 10) + next[0] - '0'), 100);
    }

    [Fact]
    public void Generate_WhenDrawnOften_ShouldReachTheLowestAndTheHighestOfEveryRange()
    {
        var codes = Draw(PasscodePolicy.DefaultFor(PasscodePurpose.EmailVerification));

        // Every position takes both ends, also together with its neighbours: with independence 000000 and 999999 occur.
        for (var position = 0; position < 6; position++)
        {
            codes.Should().Contain(code => code[position] == '0').And.Contain(code => code[position] == '9');
        }

        foreach (var run in new[] { "000", "999" })
        {
            codes.Should().Contain(code => code.StartsWith(run, StringComparison.Ordinal)).And.Contain(code => code.EndsWith(run, StringComparison.Ordinal));
        }

        // 100,000 draws of a million: 100,000 - 95,163 = 4,837 repeats are expected, with a deviation of about 66; a narrower range gives far more.
        codes.Distinct().Count().Should().BeInRange(94_600, 95_700);
    }

    [Fact]
    public void Generate_WhenAlphanumeric_ShouldUseTheWholeAlphabetUniformlyAndNothingElse()
    {
        var policy = new PasscodePolicy(12, PasscodeAlphabet.Alphanumeric, TimeSpan.FromMinutes(15), 5, TimeSpan.Zero);
        var codes = Draw(policy);

        codes.Should().OnlyContain(code => code.Length == 12);
        var characters = codes.SelectMany(code => code).ToList();
        characters.Distinct().Should().BeEquivalentTo(policy.Characters);
        "0O1IL5S8B2ZUV".Should().NotContainAny(policy.Characters.Select(c => c.ToString()));
        ShouldBeUniform(characters.Select(c => policy.Characters.IndexOf(c, StringComparison.Ordinal)), policy.Characters.Length);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(8)]
    [InlineData(12)]
    public void Generate_WhenALengthIsSet_ShouldHaveIt(int length)
    {
        var policy = PasscodePolicy.DefaultFor(PasscodePurpose.EmailVerification) with { Length = length };

        var code = _generator.Generate(policy);

        code.Reveal().Should().HaveLength(length);
        policy.HasShape(code).Should().BeTrue();
        code.ToString().Should().Be("***");
    }

    [Fact]
    public void Generate_WhenSeveralGeneratorsRunTogether_ShouldNotRepeatOneAnother()
    {
        var policy = PasscodePolicy.DefaultFor(PasscodePurpose.EmailVerification) with { Length = 12 };

        Enumerable.Range(0, 8).AsParallel().SelectMany(_ => Draw(policy, 500)).Should().OnlyHaveUniqueItems();
    }

    private static void ShouldBeUniform(IEnumerable<int> values, int cells)
    {
        var counts = new long[cells];
        foreach (var value in values)
        {
            counts[value]++;
        }

        var expected = (double)counts.Sum() / cells;
        var statistic = counts.Sum(count => (count - expected) * (count - expected) / expected);
        var freedom = cells - 1;
        var threshold = freedom * Math.Pow(1 - (2.0 / (9 * freedom)) + (Z * Math.Sqrt(2.0 / (9 * freedom))), 3);
        statistic.Should().BeLessThan(threshold);
    }

    private List<string> Draw(PasscodePolicy policy, int draws = Draws) => [.. Enumerable.Range(0, draws).Select(_ => _generator.Generate(policy).Reveal())];
}
