using System.Text;
using FsCheck;
using FsCheck.Fluent;
using HandlebarsDotNet;
using Microsoft.Extensions.Options;
using Otp.Application.Delivery;
using Otp.Infrastructure.Email.Templates;

namespace Otp.Fuzz.Tests.Parsers;

public sealed class TemplateFuzzTests
{
    private static readonly string[] Pieces =
    [
        "<p>", "</p>", "text ", "\n", "<a href=\"{{link}}\">", "</a>", "<img src=\"{{logo}}\" alt=\"{{product}}\">", "<td style=\"color:{{colour}}\">", "</td>", "<style>", "</style>", "<script>", "</script>",
        "<!--", "-->", "<div title='", "'>", "\"", "'", "<", ">", "=", "{{name}}", "{{code}}", "{{~product~}}", "{{ lifetime }}", "{{#if link}}", "{{#unless name}}", "{{else}}", "{{/if}}", "{{/unless}}",
        "{{! comment }}", "{{!-- {{x}} --}}", "{{{name}}}", "{{&name}}", "{{> code}}", "{{> footer}}", "{{>body}}", "{{unknown}}", "{{name.length}}", "{{lookup this \"name\"}}", "{{#each name}}", "{{{{raw}}}}", "\\{{name}}",
        "{{", "}}", "{{}}", "{{#}}", "{{/}}", "{{!", "{{!--", "{{{", "{{~", "{{else if link}}", "{{^}}", "{{@root}}", "{{#if}}", "{{../name}}", "{{[name]}}", "{{\"name\"}}", "{{\r\nname\r\n}}",
    ];

    private static readonly Gen<string> Sources =
        from count in Gen.Choose(0, 12)
        from pieces in Gen.Elements(Pieces).ArrayOf(count)
        select string.Concat(pieces);

    private static readonly Gen<string> Keys = Gen.Elements(TemplateName.All.Keys.Order(StringComparer.Ordinal).ToArray());

    private static readonly Arbitrary<(string Key, Text Source)> Inputs = Arb.From(
        Keys.Zip(Texts.AlmostRight(Sources, 1024 * 1024), (key, source) => (key, new Text(source))),
        input => Texts.Shrink(input.Item2.Value).Select(shorter => (input.Item1, new Text(shorter))));

    [Fact]
    [Trait("Requirement", "SEC-19")]
    public void Check_WhenTheTemplateIsAnything_ShouldSayWhatIsWrongInOneOfItsLines() =>
        Fuzz.Check(Inputs, 2_000, input =>
        {
            var file = TemplateFile.Create(TemplateName.All[input.Key], "test.hbs", input.Source.Value);

            var problems = TemplateCheck.Run(file);

            var lines = file.Source.Count(c => c == '\n') + 1;
            problems.All(problem => problem.Line >= 1 && problem.Line <= lines && !problem.Text.Any(char.IsControl)).Should().BeTrue();
        });

    [Fact]
    [Trait("Requirement", "SEC-19")]
    public void Check_WhenItPassesATemplate_ShouldLeaveNoPlaceWhereAHostileNameBecomesATag()
    {
        const string Hostile = "<b>&\"'`= onload={{code}}</b>";
        var html = TemplateName.KeyOf(MailKind.EmailVerification, TemplateFormat.Html);
        var rendered = 0;

        Fuzz.Check(Texts.AlmostRight(Sources, 2_000).ToArbitrary(), 1_000, text =>
        {
            var file = TemplateFile.Create(TemplateName.All[html], "test.hbs", text.Value);
            if (TemplateCheck.Run(file).Count > 0)
            {
                return;
            }

            try
            {
                var template = MailTemplate.Compile(key => key == html ? file.Source : key.StartsWith("layout", StringComparison.Ordinal) ? "{{> body}}" : key, "email-verification");
                var hostile = template.RenderHtml(Values(Hostile));
                MailFuzzTests.TagsOf(hostile).Should().Equal(MailFuzzTests.TagsOf(template.RenderHtml(Values("Ada"))), Text.Show(hostile));
                Interlocked.Increment(ref rendered);
            }
            catch (HandlebarsException)
            {
                // Also said at the start, with the language that it is of.
            }
        });

        rendered.Should().BePositive();
    }

    [Fact]
    public void Load_WhenTheFolderHoldsAnything_ShouldLoadOrSayWhy()
    {
        var inputs = Arb.From(
            from key in Keys
            from language in Gen.Frequency((5, Gen.Constant("de")), (1, Gen.Elements("", "fr", "x-y-z", "de_DE", "zz-Zzzz", "en-GB")))
            from source in Texts.AlmostRight(Sources, 200_000)
            from garbage in Gen.Choose(0, 9)
            select (Key: key, Language: language, Source: new Text(source), IsUtf16: garbage == 0),
            input => Texts.Shrink(input.Source.Value).Select(shorter => input with { Source = new Text(shorter) }));

        Fuzz.Check(inputs, 12, input =>
        {
            var folder = Directory.CreateTempSubdirectory("otp-fuzz-").FullName;
            try
            {
                var target = Directory.CreateDirectory(Path.Combine(folder, input.Language)).FullName;
                File.WriteAllBytes(Path.Combine(target, input.Key + TemplateName.Extension), input.IsUtf16 ? Encoding.Unicode.GetBytes(input.Source.Value) : Encoding.UTF8.GetBytes(input.Source.Value));
                Mails.Load(folder);
            }
            catch (OptionsValidationException refusal)
            {
                refusal.Failures.Should().NotBeEmpty().And.OnlyContain(line => line.StartsWith("Email:Templates", StringComparison.Ordinal) && !line.Contains('\n', StringComparison.Ordinal));
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        });
    }

    private static Dictionary<string, object?> Values(string name) => new()
    {
        ["name"] = name,
        ["product"] = "Acme",
        ["code"] = "804217",
        ["lifetime"] = "15 minutes",
        ["link"] = "https://app.example/",
        ["logo"] = "data:image/png;base64,AA==",
        ["colour"] = "#000000",
        ["colourText"] = "#ffffff",
        ["support"] = "a@b.example",
        ["supportLink"] = "mailto:a@b.example",
        ["language"] = "en",
        ["direction"] = "ltr",
        ["isLongCode"] = false,
    };
}
