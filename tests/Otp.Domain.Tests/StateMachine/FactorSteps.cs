namespace Otp.Domain.Tests.StateMachine;

/// <summary>What is guessed.</summary>
internal enum Guessed
{
    /// <summary>The newest code of the thing guessed at.</summary>
    Right,

    /// <summary>A code that never was.</summary>
    Wrong,

    /// <summary>The code before the newest.</summary>
    Replaced,

    /// <summary>The newest code of another registration at a registration, of another challenge at a challenge.</summary>
    OfAnother,

    /// <summary>The newest code of a registration at a challenge, of a challenge at a registration.</summary>
    OfOtherPurpose,
}

/// <summary>Adds the contact factor.</summary>
internal sealed record AddContactFactor : Step
{
    public override string ToString() => "add the contact factor";
}

/// <summary>Adds a factor at one of three addresses by registration; waits as long as told and asks again where it is refused.</summary>
internal sealed record RegisterFactor(int Address, bool UntilAccepted) : Step
{
    public override string ToString() => $"register address {Address}{(UntilAccepted ? ", wait as told, ask again" : "")}";
}

/// <summary>Adds as many factors at other addresses as there is room for.</summary>
internal sealed record FillUp : Step
{
    public override string ToString() => "register further addresses until there are too many";
}

/// <summary>Guesses at the registration of one of three addresses.</summary>
internal sealed record GuessAtRegistration(int Address, Guessed Guessed, int Times) : Step
{
    public override string ToString() => $"guess {Guessed} at the registration of address {Address}, {Times} times";
}

/// <summary>Removes the factor at one of three addresses.</summary>
internal sealed record RemoveFactor(int Address) : Step
{
    public override string ToString() => $"remove the factor at address {Address}";
}

/// <summary>Creates a challenge, of the factor at one of three addresses or without naming one.</summary>
internal sealed record CreateChallenge(int? Address, bool UntilAccepted) : Step
{
    public override string ToString() =>
        $"create a challenge{(Address is null ? "" : $" of the factor at address {Address}")}{(UntilAccepted ? ", wait as told, ask again" : "")}";
}

/// <summary>Asks for another code of the newest challenge, the one before, and so on.</summary>
internal sealed record ResendChallenge(int Back, bool UntilAccepted) : Step
{
    public override string ToString() => $"resend the challenge {Back} before the newest{(UntilAccepted ? ", wait as told, ask again" : "")}";
}

/// <summary>Guesses at the newest challenge, the one before, and so on.</summary>
internal sealed record GuessAtChallenge(int Back, Guessed Guessed, int Times) : Step
{
    public override string ToString() => $"guess {Guessed} at the challenge {Back} before the newest, {Times} times";
}

/// <summary>Another of three addresses becomes the user's verified one.</summary>
internal sealed record ChangeContact(int Address) : Step
{
    public override string ToString() => $"verify address {Address} as the own one";
}

/// <summary>Somebody with the permission unlocks the user.</summary>
internal sealed record UnlockFactors : Step
{
    public override string ToString() => "unlock";
}
