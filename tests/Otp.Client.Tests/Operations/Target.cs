namespace Otp.Client.Tests.Operations;

/// <summary>What a call is about. What a test does not set is badly known to the service, or well shaped.</summary>
internal sealed record Target
{
    public string User { get; init; } = "nobody";

    public string Address { get; init; } = "nobody@mouse.example";

    public string Code { get; init; } = "12345678";

    public Guid Challenge { get; init; }

    public Guid Factor { get; init; }

    public Guid Delivery { get; init; }

    /// <summary>A filter of a list.</summary>
    public string? OfUser { get; init; }

    public string? After { get; init; }

    /// <summary>The link of a mail.</summary>
    public string? Link { get; init; }

    /// <summary>Whether the code is to be returned beside being sent, which is one thing too many.</summary>
    public bool AlsoReturns { get; init; }

    /// <summary>What SendGrid reports.</summary>
    public IReadOnlyList<object> Reports { get; init; } = [];
}
