using Otp.Domain.Passcodes;

namespace Otp.Application.Common.Ports;

/// <summary>Makes what is kept of a passcode: an HMAC-SHA-256 over the code and all that it is bound to (rule 2).</summary>
public interface IPasscodeHasher
{
    /// <summary>Hashes a new code under the current protection key.</summary>
    PasscodeHash Hash(Passcode passcode, PasscodeBinding binding);

    /// <summary>Hashes a guess so that it can be compared with <paramref name="issued"/>; takes as long where there is nothing to compare with.</summary>
    /// <exception cref="MissingKeyException">The key of a code that has not expired is not configured here.</exception>
    PasscodeHash HashGuess(Passcode guess, PasscodeBinding binding, IssuedPasscode? issued);
}
