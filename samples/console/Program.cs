using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Otp.Client;

if (args is not [var user, var address])
{
    Console.Error.WriteLine("Usage: dotnet run --project samples/console USER ADDRESS");
    return 2;
}

var service = new Uri(Environment.GetEnvironmentVariable("OTP_URL") ?? "http://localhost:5080");
var token = await GetTokenAsync();

var services = new ServiceCollection();
services.AddOtpClient(options =>
{
    options.BaseAddress = service;
    options.Token = (_, _) => ValueTask.FromResult<string?>(token);
});
await using var provider = services.BuildServiceProvider();
var otp = provider.GetRequiredService<IOtpClient>();

try
{
    var status = (await otp.CreateEmailOneTimePasscodeAsync()).Results;
    if (!status.IsVerified)
    {
        Console.WriteLine($"A code was sent to {status.Email}; in Development it is at {new Uri(service, "/dev/mailbox")}");
    }

    while (!status.IsVerified)
    {
        Console.Write("Code: ");
        if (Console.ReadLine() is not { } code)
        {
            return 1;
        }

        status = await VerifyAsync(code, status);
        if (status is { IsVerified: false, Otp: { IsExpired: true } or { IsMaxAttempts: true } })
        {
            Console.WriteLine(status.Otp.IsExpired ? "The code is expired." : $"Too many wrong codes: locked until {status.LockedUntil:HH:mm} UTC.");
            return 1;
        }
    }

    Console.WriteLine($"{status.Email} is verified.");
    return 0;
}
catch (OtpException exception)
{
    Console.Error.WriteLine(exception.RetryAfter is { } wait ? $"{exception.Message}. Try again in {wait.TotalSeconds} s." : exception.Message);
    return 1;
}

async Task<EmailStatus> VerifyAsync(string code, EmailStatus before)
{
    try
    {
        var status = (await otp.VerifyEmailAsync(new VerifyEmailRequest { Passcode = code })).Results;
        if (status is { IsVerified: false, Otp: { } passcode })
        {
            Console.WriteLine($"That is not the code. Wrong codes so far: {passcode.NumberOfAttempts}.");
        }

        return status;
    }
    catch (OtpException exception) when (exception.Name == OtpErrorNames.ApiV1.Invalid)
    {
        // Not counted: it cannot be a code.
        Console.WriteLine("A code has 6 digits.");
        return before;
    }
}

// In Development the service makes test tokens. Elsewhere they come from your identity provider.
async Task<string> GetTokenAsync()
{
    using var http = new HttpClient { BaseAddress = service };
    using var answer = await http.PostAsJsonAsync("dev/tokens", new { sub = user, email = address });
    answer.EnsureSuccessStatusCode();
    return (string)(await answer.Content.ReadFromJsonAsync<JsonObject>())!["results"]!["token"]!;
}
