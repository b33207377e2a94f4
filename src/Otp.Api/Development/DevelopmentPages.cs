using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Otp.Api.Http;
using Otp.Application.Common;
using Otp.Application.Passcodes;
using Otp.Domain.Common;
using Otp.Infrastructure.Email.Mailbox;
using Otp.Infrastructure.Email.Templates;

namespace Otp.Api.Development;

/// <summary>What helps to try the service out: landing page, demo, mailbox, mails to look at, tokens. Mapped in Development alone.</summary>
internal static class DevelopmentPages
{
    private const string PagePolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

    /// <summary>A mail is shown in a frame, with its inlined styles and nothing else.</summary>
    private const string MailPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox";

    private const int MaxWaitSeconds = 30;

    private static readonly DomainError NoSigningKey = new(
        "Development.NoSigningKey", ErrorKind.FailedPrecondition, "Tokens come from the configured identity provider; there is no key here to sign one");

    public static void MapDevelopmentPages(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("").ExcludeFromDescription().AllowAnonymous();
        group.MapPage("/", "landing.html", "text/html");
        group.MapPage("/demo", "demo.html", "text/html");
        group.MapPage("/dev/mailbox", "mailbox.html", "text/html");
        group.MapPage("/dev/mails", "mails.html", "text/html");
        group.MapPage("/dev/otp.css", "otp.css", "text/css");
        group.MapPage("/dev/demo.css", "demo.css", "text/css");
        group.MapPage("/dev/clipboard.js", "clipboard.js", "text/javascript");
        group.MapPage("/dev/demo.js", "demo.js", "text/javascript");
        group.MapPage("/dev/landing.js", "landing.js", "text/javascript");
        group.MapPage("/dev/mailbox.js", "mailbox.js", "text/javascript");
        group.MapPage("/dev/mails.js", "mails.js", "text/javascript");
        group.MapPage("/dev/tabs.js", "tabs.js", "text/javascript");
        group.MapPage("/dev/favicon.svg", "favicon.svg", "image/svg+xml");

        group.MapPost("/dev/tokens", IssueToken);
        group.MapGet("/dev/passcodes", (IOptions<PasscodeOptions> passcodes) => new Envelope<DemoPasscodes>(DemoPasscodes.From(passcodes.Value)));
        group.MapGet("/dev/mailbox/messages", async (string? to, int? wait, MailboxStore mailbox, CancellationToken cancellationToken) =>
            new Envelope<IReadOnlyList<MailboxMail>>(
                await mailbox.ListWhenNotEmptyAsync(to, TimeSpan.FromSeconds(Math.Clamp(wait ?? 0, 0, MaxWaitSeconds)), cancellationToken)));
        group.MapGet("/dev/mailbox/messages/{id:guid}/html", ShowMailAsync);
        group.MapDelete("/dev/mailbox/messages", async (MailboxStore mailbox, CancellationToken cancellationToken) =>
        {
            await mailbox.ClearAsync(cancellationToken);
            return new EmptyEnvelope();
        });
        group.MapGet("/dev/mails/previews", (MailPreviews previews) => new Envelope<IReadOnlyList<MailPreview>>(previews.List()));
        group.MapGet("/dev/mails/previews/{language}/{id}/html", ShowPreview);
    }

    /// <summary>Tells whoever started the service where to look.</summary>
    public static void SayWhereToGo(WebApplication app)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        foreach (var address in addresses)
        {
            Console.WriteLine($"""

                  Otp is ready (Development)

                    start here   {address}/
                    try a page   {address}/demo
                    try the API  {address}/swagger
                    mailbox      {address}/dev/mailbox
                    all mails    {address}/dev/mails

                """);
        }
    }

    private static void MapPage(this IEndpointRouteBuilder endpoints, string route, string file, string contentType)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var resource = assembly.GetManifestResourceNames().Single(name => name.EndsWith($".Pages.{file}", StringComparison.Ordinal));
        using var stream = assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        var content = reader.ReadToEnd();
        endpoints.MapGet(route, (HttpContext context) =>
        {
            context.Response.Headers.ContentSecurityPolicy = PagePolicy;
            return TypedResults.Text(content, $"{contentType}; charset=utf-8");
        });
    }

    private static async Task<IResult> IssueToken(TokenRequest request, TokenIssuer issuer, ErrorWriter errors, HttpContext context)
    {
        List<ValidationResult> problems = [];
        if (!Validator.TryValidateObject(request, new ValidationContext(request), problems, validateAllProperties: true))
        {
            await errors.WriteAsync(context, RequestErrors.Invalid([.. problems.Select(problem => new FieldError("sub", problem.ErrorMessage!))]));
            return TypedResults.Empty;
        }

        if (issuer.Issue(request) is { } token)
        {
            return TypedResults.Ok(new Envelope<DevelopmentToken>(token));
        }

        await errors.WriteAsync(context, NoSigningKey);
        return TypedResults.Empty;
    }

    private static async Task<IResult> ShowMailAsync(Guid id, MailboxStore mailbox, HttpContext context, CancellationToken cancellationToken)
    {
        var mail = await mailbox.FindAsync(id, cancellationToken);
        return mail is null ? TypedResults.NotFound() : ShowHtml(context, mail.Html);
    }

    private static IResult ShowPreview(string language, string id, string? scheme, MailPreviews previews, HttpContext context) =>
        previews.Find(language, id) is { } mail ? ShowHtml(context, ColourScheme.Force(mail.Html, scheme)) : TypedResults.NotFound();

    private static ContentHttpResult ShowHtml(HttpContext context, string html)
    {
        context.Response.Headers.ContentSecurityPolicy = MailPolicy;
        return TypedResults.Text(html, "text/html; charset=utf-8");
    }
}
