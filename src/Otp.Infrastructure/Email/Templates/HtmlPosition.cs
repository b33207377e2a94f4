using System.Collections.Frozen;
using System.Text;

namespace Otp.Infrastructure.Email.Templates;

/// <summary>Where in an HTML document a reader stands: as much of it as is needed to know how a value must be encoded.</summary>
internal sealed class HtmlPosition
{
    private static readonly FrozenSet<string> UrlAttributes = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "href", "src", "srcset", "action", "formaction", "background", "poster", "cite", "data", "xlink:href");

    private readonly StringBuilder _tag = new();
    private State _state;
    private char _quote;
    private string _attribute = "";

    private enum State
    {
        Text,
        Tag,
        Attribute,
        Comment,
        Style,
        Script,
    }

    /// <summary>Whether it is between tags.</summary>
    public bool IsInText => _state == State.Text;

    /// <summary>Reads on.</summary>
    public void Advance(ReadOnlySpan<char> html)
    {
        for (var index = 0; index < html.Length; index++)
        {
            var rest = html[index..];
            switch (_state)
            {
                case State.Text when rest.StartsWith("<!--", StringComparison.Ordinal):
                    _state = State.Comment;
                    break;
                case State.Text when rest.Length > 1 && rest[0] == '<' && (char.IsAsciiLetter(rest[1]) || rest[1] is '/' or '!'):
                case State.Style when rest.StartsWith("</style", StringComparison.OrdinalIgnoreCase):
                case State.Script when rest.StartsWith("</script", StringComparison.OrdinalIgnoreCase):
                    _state = State.Tag;
                    _tag.Clear();
                    break;
                case State.Comment when rest.StartsWith("-->", StringComparison.Ordinal):
                    _state = State.Text;
                    break;
                case State.Tag:
                    AdvanceInTag(rest[0]);
                    break;
                case State.Attribute when rest[0] == _quote:
                    _state = State.Tag;
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>Why a value must not stand here; <see langword="null"/> where it may.</summary>
    public string? WhyNot(string value) => _state switch
    {
        State.Text => null,
        State.Style => TemplateName.Colours.Contains(value) ? null : "is no colour: it cannot stand in a style",
        State.Attribute => WhyNotInAttribute(value),
        State.Tag => "stands in a tag; put it into the quotes of an attribute",
        _ => "cannot stand in a comment or script",
    };

    private string? WhyNotInAttribute(string value)
    {
        if (value == TemplateName.UntrustedValue || _attribute.StartsWith("on", StringComparison.OrdinalIgnoreCase))
        {
            return "cannot stand in this attribute";
        }

        if (UrlAttributes.Contains(_attribute))
        {
            return TemplateName.Urls.Contains(value) ? null : $"is no URL: it cannot stand in {_attribute}";
        }

        return !string.Equals(_attribute, "style", StringComparison.OrdinalIgnoreCase) || TemplateName.Colours.Contains(value)
            ? null
            : "is no colour: it cannot stand in a style";
    }

    private void AdvanceInTag(char next)
    {
        if (next is '"' or '\'' && IsAfterEquals())
        {
            var tag = _tag.ToString();
            _state = State.Attribute;
            _quote = next;
            _attribute = tag.TrimEnd(' ', '=', '\n', '\t').Split(' ', '\n', '\t', '/')[^1];

            // Of what was read the name alone matters from here; a tag of many attributes is not read again for each.
            _tag.Clear().Append(NameOf(tag)).Append(' ');
        }
        else if (next == '>')
        {
            var tag = _tag.ToString();
            _state = IsTag(tag, "style") ? State.Style : IsTag(tag, "script") ? State.Script : State.Text;
        }
        else
        {
            _tag.Append(next);
        }
    }

    private bool IsAfterEquals()
    {
        var last = _tag.Length - 1;
        while (last >= 0 && char.IsWhiteSpace(_tag[last]))
        {
            last--;
        }

        return last >= 0 && _tag[last] == '=';
    }

    private static string NameOf(string tag) => string.Concat(tag.TakeWhile(c => !char.IsWhiteSpace(c)));

    private static bool IsTag(string tag, string name) => NameOf(tag).Equals(name, StringComparison.OrdinalIgnoreCase);
}
