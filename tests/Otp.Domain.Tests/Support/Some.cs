using Otp.Domain.Emails;
using Otp.Domain.Passcodes;

namespace Otp.Domain.Tests.Support;

/// <summary>Values that tests share where the value itself does not matter.</summary>
internal static class Some
{
    public const string UserId = "user-1";
    public const string Organisation = "acme";

    /// <summary>The smallest step of the domain's clock.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    public static readonly DateTimeOffset Start = new(2026, 3, 14, 9, 26, 53, TimeSpan.Zero);

    public static readonly EmailAddress Ana = EmailAddress.Parse("ana@example.com");
    public static readonly EmailAddress Bela = EmailAddress.Parse("bela@example.org");
    public static readonly EmailAddress Cleo = EmailAddress.Parse("cleo@example.net");

    /// <summary>6 digits, 15 minutes, 5 attempts, 60 seconds.</summary>
    public static readonly PasscodePolicy Policy = PasscodePolicy.DefaultFor(PasscodePurpose.EmailVerification);

    /// <summary>The n-th id of a mail.</summary>
    public static Guid DeliveryId(int n) => new(n, 0, 0, new byte[8]);
}
