using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Otp.Infrastructure.Email;
using Otp.Infrastructure.Email.Templates;

namespace Otp.Infrastructure.Tests.Email;

public sealed class MailBrandingTests
{
    private const string Png = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    private const string Gif = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=";

    [Theory]
    [InlineData("#000000", "#ffffff")]
    [InlineData("#ffffff", "#000000")]
    [InlineData("#ffd400", "#000000")]
    [InlineData("#4650d8", "#ffffff")]
    [InlineData("#0A7D2c", "#ffffff")]
    [InlineData("#777777", "#000000")]
    [InlineData("#757575", "#ffffff")]
    public void ReadableOn_WhenTheColourIs_ShouldBeWhatStandsOutMore(string colour, string text) => Branding.ReadableOn(colour).Should().Be(text);

    [Fact]
    public void ReadableOn_WhenAnyColourIsTried_ShouldHaveAContrastOf4Point5()
    {
        foreach (var colour in Enumerable.Range(0, 4096).Select(number => string.Create(CultureInfo.InvariantCulture, $"#{number >> 8:x}0{(number >> 4) & 15:x}8{number & 15:x}f")))
        {
            var (light, dark) = (Branding.LuminanceOf(colour), Branding.LuminanceOf(Branding.ReadableOn(colour)));
            ((Math.Max(light, dark) + 0.05) / (Math.Min(light, dark) + 0.05)).Should().BeGreaterThanOrEqualTo(4.5, colour);
        }
    }

    [Theory]
    [InlineData(null, "Acme", "Acme")]
    [InlineData("Acme ID", "Acme", "Acme ID")]
    [InlineData(null, "", "Otp")]
    [InlineData(null, " ", "Otp")]
    public void From_WhenAProductNameIsSetOrNot_ShouldBeTheSendersNameByDefault(string? product, string sender, string expected) =>
        Branding.From(new BrandingOptions { ProductName = product }, new EmailFromOptions { Name = sender }).Product.Should().Be(expected);

    [Fact]
    public void Compose_WhenBrandingIsSet_ShouldShowItInEveryMail()
    {
        var library = Mails.Load(options => options.Branding = new BrandingOptions { ProductName = "Acme ID", Colour = "#ffd400", Logo = Png, SupportAddress = "help&care@example.com" });
        foreach (var preview in new MailPreviews(library).List())
        {
            preview.Text.Should().Contain("Acme ID").And.Contain("help&care@example.com\n").And.NotContain("data:");
            WebUtility.HtmlDecode(preview.Html).Should().Contain($"src=\"{Png}\" alt=\"Acme ID\"").And.Contain("href=\"mailto:help%26care@example.com\"").And.Contain(">help&care@example.com</a>");
            preview.Html.Should().Contain("border-top:4px solid #ffd400").And.NotContain("the support of").And.NotContain("den Support von");
            if (preview.Variant == "link")
            {
                preview.Html.Should().Contain("background-color:#ffd400;border-radius:8px;font-weight:600;color:#000000;");
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Compose_WhenTheCodeMayStandInTheSubject_ShouldBeginWithIt(bool isOn)
    {
        foreach (var preview in new MailPreviews(Mails.Load(options => options.Templates.CodeInSubject = isOn)).List().Where(preview => preview.Variant.Length == 0))
        {
            var isCode = preview.Kind is "email-verification" or "factor-registration" or "login-challenge";
            Regex.IsMatch(preview.Subject, preview.Language == "de" ? "^[0-9]{6,8} ist Ihr " : "^[0-9]{6,8} is your ").Should().Be(isOn && isCode);
            Regex.IsMatch(preview.Subject, "[0-9]").Should().Be(isOn && isCode);
            preview.Html.Should().Contain($"<title>{preview.Subject}</title>");
        }
    }

    [Theory]
    [InlineData(Png)]
    [InlineData(Gif)]
    [InlineData("data:image/jpeg;base64,/9j/4AAQSkZJRg==")]
    public void Validate_WhenTheLogoIsAnImage_ShouldAccept(string logo) => Check(options => options.Branding.Logo = logo).Should().BeEmpty();

    [Theory]
    [InlineData(32 * 1024, true)]
    [InlineData((32 * 1024) + 1, false)]
    [InlineData(10_000_000, false)]
    public void Validate_WhenTheLogoIsLarge_ShouldRefuse(int length, bool isValid)
    {
        var image = new byte[length];
        Convert.FromBase64String(Gif.Split(',')[1]).CopyTo(image, 0);

        Check(options => options.Branding.Logo = $"data:image/gif;base64,{Convert.ToBase64String(image)}").Should().HaveCount(isValid ? 0 : 1);
    }

    [Fact]
    public void Compose_WhenTheLogoIsAsLargeAsItMayBe_ShouldStayBelowWhatMailProgramsCut()
    {
        var image = Enumerable.Range(0, 32 * 1024).Select(index => (byte)((index * 2654435761L) >> 13)).ToArray();
        Convert.FromBase64String(Gif.Split(',')[1]).CopyTo(image, 0);

        var library = Mails.Load(options => options.Branding.Logo = $"data:image/gif;base64,{Convert.ToBase64String(image)}");
        new MailPreviews(library).List().Should().OnlyContain(preview => preview.Html.Length < 100_000);
    }

    [Theory]
    [InlineData("https://cdn.example/logo.png")]
    [InlineData("data:image/svg+xml;base64,PHN2Zz4=")]
    [InlineData("data:image/png,abc")]
    [InlineData("data:image/png;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=")]
    [InlineData("data:image/png;base64,")]
    [InlineData("data:image/png;base64,iVBORw0KGg")]
    [InlineData(Png + "\" onerror=\"x")]
    [InlineData(" " + Png)]
    [InlineData(Png + "\n")]
    [InlineData("data:text/html;base64,iVBORw0KGgo=")]
    [InlineData("")]
    [Trait("Requirement", "SEC-19")]
    public void Validate_WhenTheLogoIsNoImageOfAMail_ShouldRefuse(string logo) =>
        Check(options => options.Branding.Logo = logo).Should().ContainSingle().Which.Should().StartWith("Email:Branding:Logo must be").And.NotContain("onerror");

    [Theory]
    [InlineData("")]
    [InlineData("4650d8")]
    [InlineData("#4650d")]
    [InlineData("#4650d8f")]
    [InlineData("#4650dg")]
    [InlineData("blue")]
    [InlineData("#4650d8;x")]
    [InlineData("#4650d8\n")]
    [Trait("Requirement", "SEC-19")]
    public void Validate_WhenTheColourIsNone_ShouldRefuse(string colour) =>
        Check(options => options.Branding.Colour = colour).Should().Equal("Email:Branding:Colour must be a colour such as #4650d8.");

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("Acme\r\nBcc: eve@example.net")]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890")]
    [Trait("Requirement", "SEC-18")]
    public void Validate_WhenTheProductNameIsNone_ShouldRefuse(string name) =>
        Check(options => options.Branding.ProductName = name).Should().Equal("Email:Branding:ProductName must be 1 to 100 characters without control characters.");

    [Theory]
    [InlineData("")]
    [InlineData("help")]
    [InlineData("a@example.com, b@example.com")]
    [InlineData("Help <help@example.com>")]
    [InlineData("mailto:help@example.com?bcc=x@example.net")]
    [InlineData("help@example.com\r\nBcc: eve@example.net")]
    [Trait("Requirement", "SEC-18")]
    public void Validate_WhenTheSupportAddressIsNone_ShouldRefuse(string address) =>
        Check(options => options.Branding.SupportAddress = address).Should().Equal("Email:Branding:SupportAddress must be one e-mail address.");

    [Fact]
    public void Validate_WhenNothingIsSet_ShouldAccept() => Check(_ => { }).Should().BeEmpty();

    private static IEnumerable<string> Check(Action<MailOptions> change)
    {
        var options = new MailOptions();
        change(options);
        return new MailOptionsValidator().Validate(null, options).Failures ?? [];
    }
}
