using Otp.Infrastructure.Email.Templates;

namespace Otp.Infrastructure.Tests.Email;

public sealed class MailLanguageTests
{
    [Theory]
    [InlineData("en", "en")]
    [InlineData("de", "de")]
    [InlineData("DE", "de")]
    [InlineData("de-AT", "de")]
    [InlineData("de_DE", "de")]
    [InlineData("de-CH-1996", "de")]
    [InlineData("en-GB", "en")]
    [InlineData("fr", "en")]
    [InlineData("den", "en")]
    [InlineData("d", "en")]
    [InlineData("", "en")]
    [InlineData("-", "en")]
    [InlineData("-de", "en")]
    [InlineData("../de", "en")]
    [InlineData("fr,de", "de")]
    [InlineData("fr,it-CH,de-AT,en", "de")]
    [InlineData("fr,en,de", "en")]
    [InlineData("fr,it", "en")]
    public void Choose_WhenTheseAreWanted_ShouldBeTheFirstThatMailsAreWrittenIn(string wanted, string expected)
    {
        Mails.Library().Choose(wanted.Split(',')).Should().Be(expected);
    }

    [Fact]
    public void Choose_WhenNothingIsWanted_ShouldBeTheDefault() => Mails.Library().Choose([]).Should().Be("en");

    [Theory]
    [InlineData("de", "fr", "de")]
    [InlineData("de", "en", "en")]
    [InlineData("DE", "fr", "de")]
    public void Choose_WhenAnotherDefaultIsSet_ShouldFallToIt(string configured, string wanted, string expected) =>
        Mails.Load(options => options.Templates.DefaultLanguage = configured).Choose([wanted]).Should().Be(expected);

    [Theory]
    [InlineData(null, "en")]
    [InlineData("de-AT", "de")]
    [InlineData("fr", "en")]
    public void Find_WhenAMailHasALocale_ShouldBeItsLanguage(string? locale, string expected) => Mails.Library().Find(locale).Tag.Should().Be(expected);

    [Theory]
    [InlineData("fr")]
    [InlineData("")]
    [InlineData("de-AT")]
    public void Load_WhenTheDefaultIsNoLanguageOfMails_ShouldRefuse(string language) =>
        Mails.Refuse(options => options.Templates.DefaultLanguage = language).Should().Equal("Email:Templates:DefaultLanguage must be a language that mails are written in: en, de.");

    [Fact]
    public void List_WhenAnotherDefaultIsSet_ShouldBeginWithIt() =>
        new MailPreviews(Mails.Load(options => options.Templates.DefaultLanguage = "de")).List()[0].Language.Should().Be("de");
}
