using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Formatters;
using Otp.Api.Http;
using Otp.Api.Tests.Errors;

namespace Otp.Api.Tests.Http;

/// <summary>The envelope is written without the framework's search for a formatter; what else an action of a team answers is still written by the framework.</summary>
[Collection(ErrorServers.Name)]
public sealed class AnswerTests(ErrorServers servers)
{
    private const string Json = "application/json; charset=utf-8";

    [Theory]
    [InlineData("envelope", Json, """{"results":"é","status":"ok"}""", HttpStatusCode.OK)]
    [InlineData("empty", Json, """{"status":"ok"}""", HttpStatusCode.OK)]
    [InlineData("created", Json, """{"results":"é","status":"ok"}""", HttpStatusCode.Created)]
    [InlineData("other", Json, """{"name":"é"}""", HttpStatusCode.OK)]
    [InlineData("text", "text/plain; charset=utf-8", "é", HttpStatusCode.OK)]
    [InlineData("type", "application/vnd.test+json; charset=utf-8", """{"results":"é","status":"ok"}""", HttpStatusCode.OK)]
    [InlineData("formatter", "text/test", "formatted", HttpStatusCode.OK)]
    public async Task Answer_OfEachForm_ShouldBeWrittenAsItIs(string form, string contentType, string text, HttpStatusCode status)
    {
        var answer = await servers.NewUser("Production").GetAsync($"test/answers/{form}");

        answer.Status.Should().Be(status);
        answer.Headers["Content-Type"].Should().Be(contentType);
        answer.Text.Should().Be(text);
    }
}

/// <summary>A controller as a team adds one, with answers of its own.</summary>
[Route("test/answers"), AllowAnonymous]
public sealed class AnswersController : ControllerBase
{
    [HttpGet("{form}")]
    public IActionResult Get(string form) => form switch
    {
        "envelope" => Ok(new Envelope<string>("é")),
        "empty" => Ok(new EmptyEnvelope()),
        "created" => Created((string?)null, new Envelope<string>("é")),
        "other" => Ok(new { Name = "é" }),
        "text" => Ok("é"),
        "type" => new ObjectResult(new Envelope<string>("é")) { ContentTypes = ["application/vnd.test+json"] },
        "formatter" => new ObjectResult(new Envelope<string>("é")) { Formatters = [new TestFormatter()] },
        _ => NotFound(),
    };

    private sealed class TestFormatter : OutputFormatter
    {
        public TestFormatter() => SupportedMediaTypes.Add("text/test");

        public override Task WriteResponseBodyAsync(OutputFormatterWriteContext context)
        {
            ArgumentNullException.ThrowIfNull(context);
            return context.HttpContext.Response.WriteAsync("formatted");
        }
    }
}
