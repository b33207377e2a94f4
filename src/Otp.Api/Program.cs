using Otp.Api.Hosting;

return await OtpHost.RunAsync(args);
