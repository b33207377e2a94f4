using Microsoft.Extensions.Options;
using Otp.Infrastructure.Email;
using Otp.Infrastructure.Email.Templates;

namespace Otp.Fuzz.Tests.Parsers;

/// <summary>The mails that ship with the service.</summary>
internal static class Mails
{
    private static readonly Lazy<MailLibrary> Lazy = new(() => Load(null));

    public static MailLibrary Library => Lazy.Value;

    /// <exception cref="OptionsValidationException">A template in the folder is refused.</exception>
    public static MailLibrary Load(string? folder)
    {
        var options = new MailOptions();
        options.Templates.Folder = folder;
        options.Templates.CodeInSubject = true;
        return MailLibrary.Load(options, new EmailFromOptions { Name = "Acme & S\u00f6hne <b>" });
    }
}
