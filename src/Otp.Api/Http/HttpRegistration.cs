using System.Text;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Formatters;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Extensions.Options;
using Otp.Api.Security;
using Otp.Application.Common.Configuration;
using Otp.Application.Common.Ports;

namespace Otp.Api.Http;

/// <summary>Registers controllers, JSON and errors.</summary>
internal static class HttpRegistration
{
    public static void AddOtpHttp(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddControllers(mvc =>
            {
                mvc.SuppressImplicitRequiredAttributeForNonNullableReferenceTypes = true;

                // Nothing is sent as a form here; the framework would read one, of any route, before it asks what the route takes.
                mvc.ValueProviderFactories.RemoveType<FormValueProviderFactory>();
                mvc.ValueProviderFactories.RemoveType<JQueryFormValueProviderFactory>();
                mvc.ValueProviderFactories.RemoveType<FormFileValueProviderFactory>();
                mvc.Conventions.Add(new PrivilegedRequestConvention());
                foreach (var formatter in mvc.InputFormatters.OfType<SystemTextJsonInputFormatter>().ToList())
                {
                    formatter.SupportedMediaTypes.Clear();
                    formatter.SupportedMediaTypes.Add("application/json");

                    // The framework takes UTF-16, too, and throws where it is broken.
                    formatter.SupportedEncodings.Clear();
                    formatter.SupportedEncodings.Add(new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
                    mvc.InputFormatters[mvc.InputFormatters.IndexOf(formatter)] = new JsonBodyFormatter(formatter);
                }
            })
            // Also where the program that runs is another one: a team's own, or a test.
            .AddApplicationPart(typeof(HttpRegistration).Assembly)
            .ConfigureApiBehaviorOptions(behavior =>
            {
                // Bare statuses are given a body in one place, by the error writer.
                behavior.SuppressMapClientErrors = true;
                behavior.InvalidModelStateResponseFactory = context => new ErrorResult(context.ModelState);
            })
            .AddJsonOptions(json => JsonRegistration.Configure(json.JsonSerializerOptions));
        services.AddSingleton<IActionResultExecutor<ObjectResult>, EnvelopeExecutor>();
        services.ConfigureHttpJsonOptions(json => JsonRegistration.Configure(json.SerializerOptions));

        // The first that includes a path takes it; the last includes all.
        services.AddSingleton<IErrorFamily, GoogleRpcErrorFamily>();
        services.AddSingleton<IErrorFamily, ApiV1ErrorFamily>();
        services.AddValidatedOptions<ClientLimitOptions, ClientLimitOptionsValidator>(configuration, ClientLimitOptions.Section);
        services.AddSingleton<ClientLimiter>();
        services.AddHttpContextAccessor();
        services.AddSingleton<ICallerContext, HttpCallerContext>();
        services.AddSingleton<ErrorWriter>();
        services.AddExceptionHandler<ExceptionToError>();

        services.AddValidatedOptions<ReverseProxyOptions, ReverseProxyOptionsValidator>(configuration, ReverseProxyOptions.Section);
        services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<ReverseProxyOptions>>((forwarded, proxy) => proxy.Value.ApplyTo(forwarded));
    }
}
