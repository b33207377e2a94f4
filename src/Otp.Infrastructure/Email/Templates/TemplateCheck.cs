using System.Text.RegularExpressions;

namespace Otp.Infrastructure.Email.Templates;

/// <summary>Something wrong in a template.</summary>
/// <param name="Line">Where, counted from 1.</param>
/// <param name="Text">What, to follow the file and line.</param>
internal sealed record TemplateProblem(int Line, string Text);

/// <summary>
/// Reads a template before it is compiled, every branch of it. Handlebars itself renders an unknown value as nothing, and says of an error late or not where it is.
/// A template may name values, choose with <c>if</c> and <c>unless</c>, and call in what belongs to it; nothing else, so that no value of a user is ever left unencoded.
/// </summary>
internal sealed partial class TemplateCheck
{
    private const int MaxShownLength = 40;

    private readonly TemplateName _name;
    private readonly string _source;
    private readonly List<TemplateProblem> _problems = [];
    private readonly Stack<Block> _blocks = [];
    private readonly HtmlPosition? _html;
    private readonly List<int> _lineEnds;

    private TemplateCheck(TemplateFile file)
    {
        _name = file.Name;
        _source = file.Source;
        _html = file.Name.Format == TemplateFormat.Html ? new HtmlPosition() : null;
        _lineEnds = [.. Enumerable.Range(0, _source.Length).Where(index => _source[index] == '\n')];
    }

    /// <summary>The problems of a template, in the order of its lines.</summary>
    public static IReadOnlyList<TemplateProblem> Run(TemplateFile file)
    {
        var check = new TemplateCheck(file);
        check.Read();
        return [.. check._problems.OrderBy(problem => problem.Line)];
    }

    private void Read()
    {
        var position = 0;
        while (_source.IndexOf("{{", position, StringComparison.Ordinal) is var start and >= 0)
        {
            _html?.Advance(_source.AsSpan(position, start - position));
            if (FindEnd(start) is not { } end)
            {
                Report(start, "an expression that begins with {{ does not end");
                return;
            }

            ReadExpression(start, _source[start..end]);
            position = end;
        }

        foreach (var block in _blocks)
        {
            Report(block.Start, $"{{{{#{block.Keyword}}}}} does not end with {{{{/{block.Keyword}}}}}");
        }

        if (_name.Format == TemplateFormat.Subject && _source.IndexOf('\n', StringComparison.Ordinal) is var newLine and >= 0)
        {
            Report(newLine + 1, "a subject is one line");
        }

        if (_name.Partials.Contains(TemplateName.Body) && BodyCall().Count(_source) != 1)
        {
            Report(0, "a layout calls in {{> body}} once");
        }
    }

    private int? FindEnd(int start)
    {
        var close = _source.AsSpan(start).StartsWith("{{!--", StringComparison.Ordinal) ? "--}}"
            : _source.AsSpan(start).StartsWith("{{{", StringComparison.Ordinal) ? "}}}" : "}}";
        var end = _source.IndexOf(close, start, StringComparison.Ordinal);
        return end < 0 ? null : end + close.Length;
    }

    private void ReadExpression(int start, string expression)
    {
        if (start > 0 && _source[start - 1] == '\\')
        {
            Report(start, "a backslash stands before {{");
            return;
        }

        var inner = expression[2..^2].Trim('~').Trim();
        if (expression.StartsWith("{{{", StringComparison.Ordinal) || inner.StartsWith('&'))
        {
            Report(start, $"{Show(expression)} would not be encoded; write it with two braces");
        }
        else if (inner.StartsWith('!'))
        {
            return;
        }
        else if (Value().IsMatch(inner) && inner != "else")
        {
            ReadValue(start, inner);
        }
        else if (BlockStart().Match(inner) is { Success: true } opening)
        {
            CheckKnown(start, opening.Groups["value"].Value);
            _blocks.Push(new Block(opening.Groups["keyword"].Value, start));
        }
        else if (Partial().Match(inner) is { Success: true } partial)
        {
            ReadPartial(start, expression, partial.Groups["name"].Value);
        }
        else
        {
            ReadBlockPart(start, expression, inner);
        }
    }

    private void ReadBlockPart(int start, string expression, string inner)
    {
        if (inner == "else")
        {
            if (!_blocks.TryPop(out var block) || block.HasElse)
            {
                Report(start, "{{else}} stands outside of an {{#if}}");
                return;
            }

            _blocks.Push(block with { HasElse = true });
        }
        else if (inner is "/if" or "/unless")
        {
            if (!_blocks.TryPop(out var block) || inner != $"/{block.Keyword}")
            {
                Report(start, $"{Show(expression)} ends nothing that is open");
            }
        }
        else
        {
            Report(start, $"{Show(expression)} is nothing that a template can do here");
        }
    }

    private void ReadValue(int start, string value)
    {
        if (CheckKnown(start, value) && _html?.WhyNot(value) is { } reason)
        {
            Report(start, $"{{{{{value}}}}} {reason}");
        }
    }

    private void ReadPartial(int start, string expression, string partial)
    {
        if (!_name.Partials.Contains(partial))
        {
            Report(start, $"{Show(expression)} is not there to be called in");
        }
        else if (expression.Contains('~', StringComparison.Ordinal) || _html?.IsInText == false)
        {
            Report(start, $"{Show(expression)} must stand between tags, without ~");
        }
    }

    private bool CheckKnown(int start, string value)
    {
        if (_name.Values.Contains(value))
        {
            return true;
        }

        Report(start, $"there is no value '{value}' here; there are {string.Join(", ", _name.Values.Order(StringComparer.Ordinal))}");
        return false;
    }

    private void Report(int position, string text) => _problems.Add(new TemplateProblem(LineOf(position), text));

    private int LineOf(int position)
    {
        var before = _lineEnds.BinarySearch(position);
        return (before < 0 ? ~before : before) + 1;
    }

    private static string Show(string expression)
    {
        var shown = string.Concat(expression.Select(c => char.IsControl(c) ? ' ' : c));
        return shown.Length <= MaxShownLength ? shown : $"{shown[..MaxShownLength]}…";
    }

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*\z")]
    private static partial Regex Value();

    [GeneratedRegex(@"^#(?<keyword>if|unless)\s+(?<value>[A-Za-z_][A-Za-z0-9_]*)\z")]
    private static partial Regex BlockStart();

    [GeneratedRegex(@"^>\s*(?<name>[A-Za-z0-9_.-]+)\z")]
    private static partial Regex Partial();

    [GeneratedRegex(@"\{\{\s*>\s*body\s*\}\}")]
    private static partial Regex BodyCall();

    private sealed record Block(string Keyword, int Start, bool HasElse = false);
}
