using System.Security.Cryptography;

namespace Otp.Application.Common.Ports;

/// <summary>What is encrypted cannot be read here, since its key is not configured in this process; another may have it.</summary>
/// <param name="keyId">The key.</param>
public sealed class MissingKeyException(string keyId) : CryptographicException($"The protection key '{keyId}' is not configured.");
