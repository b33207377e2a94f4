using System.Collections;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Otp.Api.Development;
using Otp.Application.Common.Configuration;

namespace Otp.Api.Security;

/// <summary>Registers the check of bearer tokens. The settings are those that the framework binds from <c>Authentication:Schemes:Bearer</c>.</summary>
internal static class AuthenticationRegistration
{
    /// <summary>How far clocks may differ.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    private const string Scheme = $"{JwtBearerDefaults.AuthenticationScheme} ";

    private static readonly string[] SymmetricAlgorithms = [SecurityAlgorithms.HmacSha256, SecurityAlgorithms.HmacSha384, SecurityAlgorithms.HmacSha512];

    private static readonly string[] AsymmetricAlgorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    public static void AddOtpAuthentication(this WebApplicationBuilder builder)
    {
        if (builder.Environment.IsDevelopment())
        {
            builder.AddDevelopmentBearer();
        }

        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        builder.Services.RemoveDataProtectionStart();
        builder.Services.AddOtpAuthorization();
        builder.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure(options => options.RequireHttpsMetadata = !IsPlainHttp(options)).PostConfigure<TimeProvider, IConfiguration, ValidatedTokens>(Harden).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<JwtBearerOptions>, BearerOptionsValidator>();
        builder.Services.AddValidatedOptions<IdentityOptions, IdentityOptionsValidator>(builder.Configuration, IdentityOptions.Section);
        builder.Services.AddSingleton<ValidatedTokens>();
        builder.Services.AddSingleton<SubjectFactory>();
        builder.Services.AddSingleton<TokenIssuer>();
    }

    /// <summary>
    /// The framework's authentication brings ASP.NET Core's data protection along, which writes keys into the home directory at the start.
    /// Bearer tokens need none of it.
    /// </summary>
    private static void RemoveDataProtectionStart(this IServiceCollection services)
    {
        foreach (var service in services.Where(item => item.ImplementationType?.Name == "DataProtectionHostedService").ToList())
        {
            services.Remove(service);
        }
    }

    private static void Harden(JwtBearerOptions options, TimeProvider time, IConfiguration configuration, ValidatedTokens tokens)
    {
        options.MapInboundClaims = false;
        options.SaveToken = false;

        // What is wrong with a token is for the log, not for whoever tries tokens.
        options.IncludeErrorDetails = false;
        var validation = options.TokenValidationParameters;
        validation.NameClaimType = JwtRegisteredClaimNames.Sub;
        validation.RequireSignedTokens = true;
        validation.RequireExpirationTime = true;
        validation.ValidateIssuer = true;
        validation.ValidateAudience = true;
        validation.ValidateIssuerSigningKey = true;
        validation.ClockSkew = ClockSkew;
        validation.LifetimeValidator = (notBefore, expires, _, _) => IsAlive(notBefore, expires, time.GetUtcNow().UtcDateTime);

        // A key is only ever used with algorithms of its own kind: no public key is taken for a shared secret.
        validation.ValidAlgorithms = [.. HasSharedKeys(configuration) ? SymmetricAlgorithms : [], .. HasAuthority(options) ? AsymmetricAlgorithms : []];

        // The framework hands them out by reading the configuration, each time that they are asked for.
        validation.IssuerSigningKeys = validation.IssuerSigningKeys is { } keys ? new ReadOnce<SecurityKey>(keys) : null;
        options.Events = new JwtBearerEvents
        {
            OnMessageReceived = context => FindAsync(context, tokens),
            OnTokenValidated = context => KeepAsync(context, tokens),
        };
    }

    private static async Task FindAsync(MessageReceivedContext context, ValidatedTokens tokens)
    {
        if (context.Request.Headers.Authorization is [{ } header] && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && tokens.Find(header.AsSpan(Scheme.Length).Trim()) is { } known && (known.Keys is null || known.Keys == await PublishedAsync(context)))
        {
            context.Principal = IsTransformed(context.HttpContext) ? known.Principal.Copy() : known.Principal;
            context.Success();
        }
    }

    private static async Task KeepAsync(TokenValidatedContext context, ValidatedTokens tokens)
    {
        if (!SubjectFactory.HasSubject(context.Principal!))
        {
            context.Fail("The token has no usable subject.");
        }
        else if (context.SecurityToken is JsonWebToken token)
        {
            var published = IsConfigured(token, context.Options) ? null : await PublishedAsync(context);
            if (published is null || published.SigningKeys.Contains(token.SigningKey))
            {
                tokens.Keep(token.EncodedToken, context.Principal!, TimeOrNull(token.ValidFrom), EndOf(token), published);
            }
        }

        static DateTime? TimeOrNull(DateTime time) => time == DateTime.MinValue ? null : time;

        // No key is taken after its certificate.
        static DateTime EndOf(JsonWebToken token) =>
            token.SigningKey is X509SecurityKey key && key.Certificate.NotAfter.ToUniversalTime() is var end && end < token.ValidTo ? end : token.ValidTo;
    }

    /// <summary>Whether an extension may add claims to what a token says.</summary>
    private static bool IsTransformed(HttpContext context) => context.RequestServices.GetRequiredService<IClaimsTransformation>().GetType() != typeof(NoopClaimsTransformation);

    /// <summary>
    /// What the authority publishes, as it was read last; <see langword="null"/> without one. The framework also takes a token whose key is in what was published
    /// before, for some time; such a one is validated each time that it comes.
    /// </summary>
    private static async ValueTask<BaseConfiguration?> PublishedAsync(BaseContext<JwtBearerOptions> context) =>
        context.Options.ConfigurationManager is { } authority ? await authority.GetConfigurationAsync(context.HttpContext.RequestAborted) : null;

    /// <summary>Whether key and issuer of a token are in the settings, which do not change while the service runs.</summary>
    private static bool IsConfigured(JsonWebToken token, JwtBearerOptions options) =>
        options.TokenValidationParameters is { IssuerSigningKeys: { } keys } settings && keys.Contains(token.SigningKey)
            && (token.Issuer == settings.ValidIssuer || settings.ValidIssuers?.Contains(token.Issuer) == true);

    internal static bool HasAuthority(JwtBearerOptions options) => !string.IsNullOrEmpty(options.Authority) || !string.IsNullOrEmpty(options.MetadataAddress);

    // Of the options themselves this cannot be asked before they are validated: the framework reads the keys only when it hands them out.
    private static bool HasSharedKeys(IConfiguration configuration) => configuration.GetSection($"{DevelopmentBearer.Section}:SigningKeys").GetChildren().Any();

    // The framework throws on plain http; the validator refuses it with a line that names the setting, unless it is loopback outside Production.
    private static bool IsPlainHttp(JwtBearerOptions options) =>
        !(options.MetadataAddress ?? options.Authority ?? "").StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a time lies in the lifetime of a token.</summary>
    internal static bool IsAlive(DateTime? notBefore, DateTime? expires, DateTime now) =>
        expires is { } end && now - ClockSkew < end && (notBefore is not { } start || now + ClockSkew >= start);

    private sealed class ReadOnce<T>(IEnumerable<T> source) : IEnumerable<T>
    {
        private readonly Lazy<List<T>> _read = new(source.ToList);

        public IEnumerator<T> GetEnumerator() => _read.Value.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
