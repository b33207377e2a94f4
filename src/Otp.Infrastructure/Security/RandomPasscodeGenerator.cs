using System.Security.Cryptography;
using Otp.Application.Common.Ports;
using Otp.Domain.Passcodes;

namespace Otp.Infrastructure.Security;

/// <summary>Draws each character from the operating system's cryptographic generator, without modulo bias.</summary>
internal sealed class RandomPasscodeGenerator : IPasscodeGenerator
{
    public Passcode Generate(PasscodePolicy policy) =>
        Passcode.FromGenerated(RandomNumberGenerator.GetString(policy.Characters, policy.Length));
}
