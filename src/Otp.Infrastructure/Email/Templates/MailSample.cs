using Otp.Application.Delivery;
using Otp.Domain.Passcodes;

namespace Otp.Infrastructure.Email.Templates;

/// <summary>A mail with values such as they are in life: to try the templates out, and to look at them.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Variant">What is special about it; empty for the usual one.</param>
/// <param name="Content">What it says.</param>
internal sealed record MailSample(MailKind Kind, string Variant, MailContent Content)
{
    private const string Recipient = "ada@example.com";
    private const string Name = "Ada Lovelace";

    /// <summary>Each kind in each of its variants.</summary>
    public static IReadOnlyList<MailSample> All { get; } = [.. TemplateName.OfKinds.Keys.Order().SelectMany(Of)];

    private static IEnumerable<MailSample> Of(MailKind kind)
    {
        if (!TemplateName.CarriesCode(kind))
        {
            return [
                new MailSample(kind, "", new MailContent(Recipient) { DisplayName = Name }),
                new MailSample(kind, "no-name", new MailContent(Recipient)),
                new MailSample(kind, "summary", new MailContent(Recipient) { DisplayName = Name, IsSummary = true }),
            ];
        }

        var code = kind == MailKind.EmailVerification ? "804217" : "80421763";
        var lifetime = TimeSpan.FromMinutes(kind == MailKind.LoginChallenge ? 5 : 15);
        return [
            new MailSample(kind, "", Coded(code, lifetime, Name)),
            new MailSample(kind, "no-name", Coded(code, lifetime, null)),
            new MailSample(kind, "link", Coded(code, lifetime, Name, $"https://app.example/confirm?user=ada&code={code}")),
            new MailSample(kind, "long-code", Coded("8K4M2WQ7XR3T", TimeSpan.FromHours(1), Name)),
        ];
    }

    private static MailContent Coded(string code, TimeSpan lifetime, string? name, string? link = null) =>
        new(Recipient) { DisplayName = name, Passcode = Passcode.FromGenerated(code), PasscodeLifetime = lifetime, Link = link };
}
