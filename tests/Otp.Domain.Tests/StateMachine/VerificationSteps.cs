namespace Otp.Domain.Tests.StateMachine;

/// <summary>Asks for a code, or for another one.</summary>
internal sealed record AskForCode : Step
{
    public override string ToString() => "ask for a code";
}

/// <summary>Asks for a code, waits as long as told, and asks again.</summary>
internal sealed record AskUntilAccepted : Step
{
    public override string ToString() => "ask for a code, wait as told, ask again";
}

/// <summary>Guesses the newest code.</summary>
internal sealed record GuessRight : Step
{
    public override string ToString() => "guess right";
}

/// <summary>Takes the code back.</summary>
internal sealed record Withdraw : Step
{
    public override string ToString() => "withdraw the code";
}

/// <summary>Guesses the code before the newest.</summary>
internal sealed record GuessReplaced : Step
{
    public override string ToString() => "guess the replaced code";
}

/// <summary>Guesses a code that never was.</summary>
internal sealed record GuessWrong(int Times) : Step
{
    public override string ToString() => Times == 1 ? "guess wrong" : $"guess wrong {Times} times";
}

/// <summary>Sets one of three addresses by hand.</summary>
internal sealed record SetAddress(int Address) : Step
{
    public override string ToString() => $"set address {Address}";
}

/// <summary>Comes with a token, issued this many seconds before or after now, that names one of three addresses.</summary>
internal sealed record ClaimAddress(int Address, int IssuedAfter, bool Trusted) : Step
{
    public override string ToString() => $"come with a token for address {Address} issued {IssuedAfter:+0;-0;0} s from now{(Trusted ? ", trusted" : "")}";
}
