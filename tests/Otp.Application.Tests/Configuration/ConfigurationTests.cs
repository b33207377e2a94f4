using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Otp.Application.Common.Configuration;
using Otp.Application.Delivery;
using Otp.Application.Passcodes;
using Otp.Domain.Passcodes;

namespace Otp.Application.Tests.Configuration;

public sealed class ConfigurationTests
{
    /// <summary>Of each type that a setting of ours can have.</summary>
    private enum Flavour
    {
        Sweet,
    }

    [Theory]
    [InlineData("Number", "many", "Sample:Number cannot be read: 'many' is not a whole number.")]
    [InlineData("Number", "", "Sample:Number cannot be read: '' is not a whole number.")]
    [InlineData("Number", "99999999999", "Sample:Number cannot be read: '99999999999' is not a whole number.")]
    [InlineData("Switch", "on", "Sample:Switch cannot be read: 'on' is not true or false.")]
    [InlineData("Wait", "15 minutes", "Sample:Wait cannot be read: '15 minutes' is not a time such as 00:15:00 or 1.00:00:00.")]
    [InlineData("Wait", "it's\nlong", "Sample:Wait cannot be read: 'it's\nlong' is not a time such as 00:15:00 or 1.00:00:00.")]
    [InlineData("Flavour", "Salty", "Sample:Flavour cannot be read: 'Salty' is not one of its values.")]
    [InlineData("MaybeFlavour", "Salty", "Sample:MaybeFlavour cannot be read: 'Salty' is not one of its values.")]
    [InlineData("Inner:Number", "many", "Sample:Inner:Number cannot be read: 'many' is not a whole number.")]
    public void Read_WhenAValueHasTheWrongType_ShouldNameSettingValueAndType(string setting, string value, string message)
    {
        var section = Build(($"Sample:{setting}", value)).GetSection("Sample");

        var read = () => ConfigurationReader.Read(section, new Sample());

        read.Should().Throw<OptionsValidationException>("the wording of the framework's binder is held here").Which.Failures.Should().Equal(message);
    }

    [Fact]
    public void Read_WhenAllValuesAreGood_ShouldBindThem()
    {
        var sample = new Sample();

        ConfigurationReader.Read(
            Build(("Sample:number", "7"), ("Sample:Switch", "TRUE"), ("Sample:Wait", "1.02:03:04"), ("Sample:Flavour", "sweet"), ("Sample:List:0:Number", "1")).GetSection("Sample"), sample);

        (sample.Number, sample.Switch, sample.Wait, sample.Flavour, sample.List.Single().Number).Should().Be((7, true, new TimeSpan(1, 2, 3, 4), Flavour.Sweet, 1));
    }

    [Fact]
    public void FindUnknownSettings_WhenSettingsAreMisspelt_ShouldNameThemAndNoOthers()
    {
        var configuration = Build(
            ("Sample:Number", "1"),
            ("sample:NUMBER2", "x"),
            ("Sample:Inner:Number", "1"),
            ("Sample:Inner:Nummer", "1"),
            ("Sample:List:0:Number", "1"),
            ("Sample:List:1:Typo", "1"),
            ("Sample:Shared", "1"),
            ("Sample:Names:0", "free text"),
            ("Elsewhere:Anything", "1"));

        KnownSection.FindUnknownSettings(configuration, [new("Sample", typeof(Sample)), new("SAMPLE", typeof(OtherSample))])
            .Should().BeEquivalentTo("Sample:NUMBER2", "Sample:Inner:Nummer", "Sample:List:1:Typo");
    }

    [Fact]
    public void FindUnknownSettings_WhenNothingIsConfigured_ShouldFindNothing() =>
        KnownSection.FindUnknownSettings(Build(), [new("Sample", typeof(Sample))]).Should().BeEmpty();

    [Fact]
    public void AddValidatedOptions_WhenAValueIsRefused_ShouldFailAtTheStart()
    {
        var services = new ServiceCollection().AddLogging().AddMetrics();
        services.AddApplication(Build(("Delivery:Concurrency", "0"), ("Passcodes:EmailVerification:Length", "five")));
        using var provider = services.BuildServiceProvider();

        var validate = () => provider.GetRequiredService<IStartupValidator>().Validate();

        validate.Should().Throw<AggregateException>().Which.InnerExceptions.Cast<OptionsValidationException>().SelectMany(inner => inner.Failures)
            .Should().BeEquivalentTo("Passcodes:EmailVerification:Length cannot be read: 'five' is not a whole number.", "Delivery:Concurrency must be 1 to 256, not 0.");
    }

    [Theory]
    [InlineData("EmailVerification", "Length", "6", true)]
    [InlineData("EmailVerification", "Length", "12", true)]
    [InlineData("EmailVerification", "Length", "5", false)]
    [InlineData("EmailVerification", "Length", "13", false)]
    [InlineData("EmailVerification", "Alphabet", "Alphanumeric", true)]
    [InlineData("EmailVerification", "Alphabet", "7", false)]
    [InlineData("EmailVerification", "Lifetime", "00:01:00", true)]
    [InlineData("EmailVerification", "Lifetime", "1.00:00:00", true)]
    [InlineData("EmailVerification", "Lifetime", "00:00:59.999", false)]
    [InlineData("EmailVerification", "Lifetime", "1.00:00:00.001", false)]
    [InlineData("FactorRegistration", "Lifetime", "1.00:00:00", true)]
    [InlineData("LoginChallenge", "Lifetime", "00:10:00", true)]
    [InlineData("LoginChallenge", "Lifetime", "00:10:01", false)]
    [InlineData("EmailVerification", "MaxAttempts", "1", true)]
    [InlineData("EmailVerification", "MaxAttempts", "10", true)]
    [InlineData("EmailVerification", "MaxAttempts", "0", false)]
    [InlineData("FactorRegistration", "MaxAttempts", "11", false)]
    [InlineData("EmailVerification", "ResendInterval", "00:00:00", true)]
    [InlineData("EmailVerification", "ResendInterval", "01:00:00", true)]
    [InlineData("EmailVerification", "ResendInterval", "-00:00:01", false)]
    [InlineData("LoginChallenge", "ResendInterval", "01:00:00.001", false)]
    public void Validate_WhenAPasscodeSettingIs_ShouldKeepTheRules(string purpose, string setting, string value, bool valid)
    {
        var path = $"Passcodes:{purpose}:{setting}";

        ShouldBe(valid, path, Check<PasscodeOptions>(Build((path, value)), PasscodeOptions.Section, new PasscodeOptionsValidator()));
    }

    [Theory]
    [InlineData("RecipientBurst:PermitLimit", "1", true)]
    [InlineData("RecipientBurst:PermitLimit", "1000", true)]
    [InlineData("RecipientBurst:PermitLimit", "0", false)]
    [InlineData("RecipientDaily:PermitLimit", "1001", false)]
    [InlineData("RecipientDaily:Window", "00:00:01", true)]
    [InlineData("RecipientDaily:Window", "7.00:00:00", true)]
    [InlineData("RecipientNotices:Window", "00:00:00.999", false)]
    [InlineData("RecipientNotices:Window", "7.00:00:00.001", false)]
    public void Validate_WhenALimitIs_ShouldKeepItsBounds(string setting, string value, bool valid)
    {
        var path = $"Limits:{setting}";

        ShouldBe(valid, path, Check<RecipientLimitOptions>(Build((path, value)), RecipientLimitOptions.Section, new RecipientLimitOptionsValidator()));
    }

    [Theory]
    [InlineData("Concurrency", "1", true)]
    [InlineData("Concurrency", "256", true)]
    [InlineData("Concurrency", "0", false)]
    [InlineData("Concurrency", "257", false)]
    [InlineData("PollInterval", "00:00:00.05", true)]
    [InlineData("PollInterval", "00:01:00", true)]
    [InlineData("PollInterval", "00:00:00.049", false)]
    [InlineData("PollInterval", "00:01:00.001", false)]
    [InlineData("MaxAttempts", "1", true)]
    [InlineData("MaxAttempts", "100", true)]
    [InlineData("MaxAttempts", "0", false)]
    [InlineData("MaxAttempts", "101", false)]
    public void Validate_WhenADeliverySettingIs_ShouldKeepItsBounds(string setting, string value, bool valid)
    {
        var path = $"Delivery:{setting}";

        ShouldBe(valid, path, Check<DeliveryOptions>(Build((path, value)), DeliveryOptions.Section, new DeliveryOptionsValidator()));
    }

    [Fact]
    public void Validate_WhenNothingIsConfigured_ShouldHaveTheDefaultsOfTheRules()
    {
        var passcodes = new PasscodeOptions();
        new PasscodeOptionsValidator().Validate(null, passcodes).Succeeded.Should().BeTrue();
        foreach (var purpose in Enum.GetValues<PasscodePurpose>())
        {
            passcodes.PolicyFor(purpose).Should().Be(PasscodePolicy.DefaultFor(purpose));
        }

        var limits = new RecipientLimitOptions();
        limits.ForPasscodes.Should().BeEquivalentTo([new { PermitLimit = 5, Window = TimeSpan.FromMinutes(10) }, new { PermitLimit = 20, Window = TimeSpan.FromHours(24) }]);
        limits.ForNotices.Should().BeEquivalentTo([new { PermitLimit = 20, Window = TimeSpan.FromHours(24) }]);
        new RecipientLimitOptions { RecipientBurst = { Enabled = false } }.ForPasscodes.Should().ContainSingle();
        new DeliveryOptionsValidator().Validate(null, new DeliveryOptions()).Succeeded.Should().BeTrue();
    }

    [Fact]
    public void Validate_WhenSeveralAreWrong_ShouldNameAll()
    {
        var options = new PasscodeOptions { EmailVerification = { Length = 5, MaxAttempts = 0 }, LoginChallenge = { Lifetime = TimeSpan.FromHours(1) } };

        new PasscodeOptionsValidator().Validate(null, options).Failures.Should().BeEquivalentTo(
            "Passcodes:EmailVerification:Length must be 6 to 12, not 5.",
            "Passcodes:EmailVerification:MaxAttempts must be 1 to 10, not 0.",
            "Passcodes:LoginChallenge:Lifetime must be 00:01:00 to 00:10:00, not 01:00:00.");
    }

    private static IConfigurationRoot Build(params (string Name, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => setting.Name, string? (setting) => setting.Value)).Build();

    private static ValidateOptionsResult Check<TOptions>(IConfiguration configuration, string section, IValidateOptions<TOptions> validator)
        where TOptions : class, new()
    {
        var options = new TOptions();
        ConfigurationReader.Read(configuration.GetSection(section), options);
        return validator.Validate(null, options);
    }

    private static void ShouldBe(bool valid, string path, ValidateOptionsResult result)
    {
        result.Succeeded.Should().Be(valid);
        if (!valid)
        {
            result.Failures.Should().ContainSingle().Which.Should().StartWith($"{path} must be ");
        }
    }

    private sealed class Sample
    {
        public int Number { get; set; } = 1;

        public bool Switch { get; set; }

        public TimeSpan Wait { get; set; }

        public Flavour Flavour { get; set; }

        public Flavour? MaybeFlavour { get; set; }

        public InnerSample Inner { get; set; } = new();

        public IList<InnerSample> List { get; } = [];

        public IList<string> Names { get; } = [];
    }

    private sealed class OtherSample
    {
        public string? Shared { get; set; }
    }

    private sealed class InnerSample
    {
        public int Number { get; set; }
    }
}
