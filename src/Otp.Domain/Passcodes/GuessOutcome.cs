namespace Otp.Domain.Passcodes;

/// <summary>What became of a guess, in the order in which guesses are judged (rule 24).</summary>
public enum GuessOutcome
{
    /// <summary>The thing is verified; the guess was not compared.</summary>
    AlreadyVerified,

    /// <summary>The owner is locked or the code is exhausted; the guess was not compared.</summary>
    Locked,

    /// <summary>There is no code to guess at.</summary>
    NoPasscode,

    /// <summary>The code's time is over; the guess was not compared.</summary>
    Expired,

    /// <summary>Compared, counted, wrong.</summary>
    Wrong,

    /// <summary>Compared and right; the code is used up.</summary>
    Right,
}
