namespace Otp.Application.Common;

/// <summary>A command was overtaken again and again and gave up; nothing was stored. It may succeed later.</summary>
/// <param name="message">Which command.</param>
public sealed class ContentionException(string message) : Exception(message);
