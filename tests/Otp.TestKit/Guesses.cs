namespace Otp.TestKit;

/// <summary>Guesses that are wrong for sure.</summary>
public static class Guesses
{
    /// <summary>Codes of the same length other than the right one, all different.</summary>
    public static IEnumerable<string> Except(string code) =>
        Enumerable.Range(0, 1_000_000).Select(number => number.ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(code.Length, '0')).Where(guess => guess != code);

    /// <summary>Guesses wrongly a number of times, each with another code.</summary>
    /// <returns>The last answer.</returns>
    public static async Task<OtpAnswer> GuessWrongAsync(this OtpCaller caller, string code, int times)
    {
        OtpAnswer? last = null;
        foreach (var guess in Except(code).Take(times))
        {
            last = await caller.VerifyAsync(guess);
        }

        return last!;
    }

    /// <summary>Requests a code, reads it from the mail, and verifies the address with it.</summary>
    /// <returns>The code.</returns>
    public static async Task<string> VerifyAddressAsync(this OtpCaller caller, OtpServer server, string address)
    {
        await caller.RequestCodeAsync();
        var code = await server.CodeToAsync(address);
        (await caller.VerifyAsync(code)).IsVerified.Should().BeTrue();
        return code;
    }
}
