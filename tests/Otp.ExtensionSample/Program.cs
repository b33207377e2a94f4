using Otp.Api.Hosting;
using Otp.Application;
using Otp.ExtensionSample.Withdrawals;

return await OtpHost.RunAsync(args, builder =>
    builder.Services.AddHandlersFrom(typeof(WithdrawPasscodeCommand).Assembly));
