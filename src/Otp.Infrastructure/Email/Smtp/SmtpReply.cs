namespace Otp.Infrastructure.Email.Smtp;

/// <summary>What an SMTP server answered to one command.</summary>
/// <param name="Code">Its three digits; 0 where it did not answer as the protocol says.</param>
/// <param name="Lines">The text beside them. It repeats addresses: it is for reading the server's extensions alone.</param>
internal sealed record SmtpReply(int Code, IReadOnlyList<string> Lines)
{
    /// <summary>Not an answer of the protocol.</summary>
    public static SmtpReply Malformed { get; } = new(0, []);

    public bool IsPositive => Code is >= 200 and < 300;

    /// <inheritdoc />
    public override string ToString() => $"SMTP {Code}";
}
