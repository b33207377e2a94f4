using Otp.Domain.Passcodes;

namespace Otp.Application.Common.Ports;

/// <summary>Makes passcodes.</summary>
public interface IPasscodeGenerator
{
    /// <summary>A new passcode, uniformly drawn from all that the policy allows by a cryptographic generator (rule 1).</summary>
    Passcode Generate(PasscodePolicy policy);
}
