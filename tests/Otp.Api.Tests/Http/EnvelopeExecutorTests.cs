using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.DependencyInjection;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.Http;

/// <summary>The envelope is given away as it is written: whatever comes after it, in the service or an extension, finds it whole and alone.</summary>
public sealed class EnvelopeExecutorTests
{
    private const string Status = "api/v1/user/me/email/status";
    private const string BrokenOff = "broken off";

    [Fact]
    public async Task Send_WhenAnExtensionTakesTheBody_ShouldBeInIt()
    {
        var taken = new BodyTaker();
        await using var server = await OtpServer.StartAsync(DatabaseProvider.Sqlite, extend: builder => builder.Services.AddSingleton<IStartupFilter>(taken));

        var answer = await server.As("ada", "ada@example.com").SendAsync(HttpMethod.Get, Status);

        answer.Status.Should().Be(HttpStatusCode.OK);
        taken.Text.Should().StartWith("{\"results\":{\"email\":\"ada@example.com\"").And.EndWith("\"status\":\"ok\"}");
    }

    [Fact]
    public async Task Send_WhenSomethingFailsAfterwards_ShouldNotBeFollowedByTheError()
    {
        await using var server = await OtpServer.StartAsync(
            DatabaseProvider.Sqlite, extend: builder => builder.Services.Configure<MvcOptions>(options => options.Filters.Add(new FailsAfterwards())));
        using var request = new HttpRequestMessage(HttpMethod.Get, Status);

        // The connection is broken off: whether the caller has read the envelope by then is open.
        var text = await TextOrBrokenOffAsync(server.As("ada", "ada@example.com").SendAsync(request));

        text.Should().Match(read => read == BrokenOff || read.EndsWith("\"status\":\"ok\"}", StringComparison.Ordinal));
    }

    private static async Task<string> TextOrBrokenOffAsync(Task<OtpAnswer> sending)
    {
        try
        {
            return (await sending).Text;
        }
        catch (HttpRequestException)
        {
            return BrokenOff;
        }
    }

    /// <summary>Keeps the body of each answer, as an extension does that signs or logs it, and hands it on.</summary>
    private sealed class BodyTaker : IStartupFilter
    {
        public string Text { get; private set; } = "";

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (HttpContext context, RequestDelegate inner) =>
            {
                var body = context.Response.Body;
                using var buffer = new MemoryStream();
                context.Response.Body = buffer;
                await inner(context);
                context.Response.Body = body;
                Text = Encoding.UTF8.GetString(buffer.ToArray());
                await body.WriteAsync(buffer.ToArray());
            });
            next(app);
        };
    }

    private sealed class FailsAfterwards : IAlwaysRunResultFilter
    {
        public void OnResultExecuting(ResultExecutingContext context)
        {
        }

        public void OnResultExecuted(ResultExecutedContext context) => throw new InvalidOperationException("after the answer");
    }
}
