using System.Globalization;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;
using Otp.Timing;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var provider = args.Contains("--postgres") ? DatabaseProvider.PostgreSql : DatabaseProvider.Sqlite;
var samples = args.Where(argument => argument != "--postgres").Select(argument => int.Parse(argument, CultureInfo.InvariantCulture)).FirstOrDefault(1_000);
await using var database = await TestDatabase.CreateAsync(provider);
await using var process = await OtpProcess.StartAsync(database, new()
{
    ["Logging:LogLevel:Default"] = "Error",

    // By its line the tool knows that it listens.
    ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Information",
    ["Passcodes:EmailVerification:ResendInterval"] = "00:00:00",
    ["Passcodes:EmailVerification:Lifetime"] = "1.00:00:00",
});
Console.WriteLine($"{Environment.ProcessorCount} processors, {provider}, {samples} samples of each group, one request at a time, times in microseconds");
var service = new Service(process);

await WrongGuesses.MeasureAsync(service, samples);
await Existence.MeasureAsync(service, samples);
