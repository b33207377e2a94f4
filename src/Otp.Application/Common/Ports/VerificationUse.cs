namespace Otp.Application.Common.Ports;

/// <summary>What a request does with the verification that is read ahead for it.</summary>
public enum VerificationUse
{
    /// <summary>A query shows it.</summary>
    Query,

    /// <summary>A command compares a guess with its passcode.</summary>
    Guess,

    /// <summary>A command makes a passcode. It also asks whether the address gets mail, and how much of it it has got.</summary>
    NewPasscode,
}
