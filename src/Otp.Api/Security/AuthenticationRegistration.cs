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
            .Configure(options => options.RequireHttpsMetadata = !IsPlainHttp(options)).PostConfigure<TimeProvider, IConfiguration>(Harden).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<JwtBearerOptions>, BearerOptionsValidator>();
        builder.Services.AddValidatedOptions<IdentityOptions, IdentityOptionsValidator>(builder.Configuration, IdentityOptions.Section);
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

    private static void Harden(JwtBearerOptions options, TimeProvider time, IConfiguration configuration)
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
        options.Events = new JwtBearerEvents
        {
            OnTokenValidated = context =>
            {
                if (!SubjectFactory.HasSubject(context.Principal!))
                {
                    context.Fail("The token has no usable subject.");
                }

                return Task.CompletedTask;
            },
        };
    }

    internal static bool HasAuthority(JwtBearerOptions options) => !string.IsNullOrEmpty(options.Authority) || !string.IsNullOrEmpty(options.MetadataAddress);

    // Of the options themselves this cannot be asked before they are validated: the framework reads the keys only when it hands them out.
    private static bool HasSharedKeys(IConfiguration configuration) => configuration.GetSection($"{DevelopmentBearer.Section}:SigningKeys").GetChildren().Any();

    // The framework throws on plain http; the validator refuses it with a line that names the setting, unless it is loopback outside Production.
    private static bool IsPlainHttp(JwtBearerOptions options) =>
        !(options.MetadataAddress ?? options.Authority ?? "").StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    private static bool IsAlive(DateTime? notBefore, DateTime? expires, DateTime now) =>
        expires is { } end && now < end + ClockSkew && (notBefore is not { } start || now >= start - ClockSkew);
}
