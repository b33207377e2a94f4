using System.Text;
using HandlebarsDotNet;
using WebHtmlEncoder = System.Text.Encodings.Web.HtmlEncoder;

namespace Otp.Infrastructure.Email.Templates;

/// <summary>The framework's HTML encoder, for Handlebars: it encodes for text and for quoted attributes alike.</summary>
internal sealed class HtmlEncoder : ITextEncoder
{
    private static readonly WebHtmlEncoder Encoder = WebHtmlEncoder.Create(System.Text.Unicode.UnicodeRanges.All);

    public void Encode(StringBuilder? text, TextWriter target) => target.Write(Encoder.Encode(text?.ToString() ?? ""));

    public void Encode(string? text, TextWriter target) => target.Write(Encoder.Encode(text ?? ""));

    public void Encode<T>(T? text, TextWriter target)
        where T : IEnumerator<char>
    {
        var buffer = new StringBuilder();
        while (text?.MoveNext() == true)
        {
            buffer.Append(text.Current);
        }

        Encode(buffer, target);
    }
}
