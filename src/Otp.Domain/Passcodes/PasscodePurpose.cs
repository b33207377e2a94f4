namespace Otp.Domain.Passcodes;

/// <summary>What a passcode proves. A code made for one purpose is worth nothing for another.</summary>
public enum PasscodePurpose
{
    /// <summary>That the user owns the e-mail address of the account.</summary>
    EmailVerification = 1,

    /// <summary>That the user owns an address registered as a second factor.</summary>
    FactorRegistration = 2,

    /// <summary>That the user holds the factor now, at login or before a sensitive action.</summary>
    LoginChallenge = 3,
}
