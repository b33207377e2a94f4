using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Otp.Infrastructure.Email;
using Otp.Infrastructure.Email.Templates;

namespace Otp.Infrastructure.Tests.Email;

/// <summary>Libraries of mails for tests: those without templates of their own are compiled once.</summary>
internal static class Mails
{
    private const string Sender = "Acme & Söhne";

    private static readonly ConcurrentDictionary<string, MailLibrary> BySender = [];

    public static MailLibrary Library(string sender = Sender) => BySender.GetOrAdd(sender, name => Load(_ => { }, name));

    public static MailLibrary Load(Action<MailOptions> change, string sender = Sender)
    {
        var options = new MailOptions();
        change(options);
        return MailLibrary.Load(options, new EmailFromOptions { Name = sender });
    }

    /// <summary>Why the mails cannot be loaded.</summary>
    public static IReadOnlyList<string> Refuse(Action<MailOptions> change) =>
        [.. FluentActions.Invoking(() => Load(change)).Should().Throw<OptionsValidationException>().Which.Failures];

    public static bool ContainsAny(this string text, params string[] values) => values.Any(value => text.Contains(value, StringComparison.Ordinal));
}
