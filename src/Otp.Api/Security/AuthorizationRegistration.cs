using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApplicationModels;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.Options;
using Otp.Api.Http;
using Otp.Application.Common;
using Otp.Application.Common.Ports;
using Otp.Application.Users;

namespace Otp.Api.Security;

/// <summary>The permissions that tokens can name, and the policies of the routes.</summary>
public static class Permissions
{
    /// <summary>To see users of the caller's organisation.</summary>
    public const string UsersRead = "otp.users.read";

    /// <summary>To act for users of the caller's organisation.</summary>
    public const string UsersWrite = "otp.users.write";

    /// <summary>With either of the others: for the users of every organisation.</summary>
    public const string Instance = "otp.instance";

    /// <summary>The policy of routes that read about a user.</summary>
    public const string ReadUser = "ReadUser";

    /// <summary>The policy of routes that change something of a user.</summary>
    public const string WriteUser = "WriteUser";

    /// <summary>The policy of routes that list what is known about users.</summary>
    public const string ReadUsers = "ReadUsers";

    /// <summary>The policy of routes that change what belongs to users of the caller's organisation.</summary>
    public const string WriteUsers = "WriteUsers";

    /// <summary>The policy of what belongs to no organisation.</summary>
    public const string Operate = "Operate";

    /// <summary>The policy of what users may not do to themselves.</summary>
    public const string AdministerUser = "AdministerUser";

    /// <summary>The policy of what takes the permission also on the own user.</summary>
    public const string Privileged = "Privileged";
}

/// <summary>Registers the policies: all that <em>Who calls</em> of the API says, in one place.</summary>
internal static class AuthorizationRegistration
{
    public static void AddOtpAuthorization(this IServiceCollection services)
    {
        services.AddAuthorizationBuilder()
            .AddPolicy(Permissions.ReadUser, policy => policy.RequireAuthenticatedUser().AddRequirements(new UserAccess(IsReading: true, IsSelfAllowed: true)))
            .AddPolicy(Permissions.WriteUser, policy => policy.RequireAuthenticatedUser().AddRequirements(new UserAccess(IsReading: false, IsSelfAllowed: true)))
            .AddPolicy(Permissions.AdministerUser, policy => policy.RequireAuthenticatedUser().AddRequirements(new UserAccess(IsReading: false, IsSelfAllowed: false)))
            .AddPolicy(Permissions.Privileged, policy => policy.RequireAuthenticatedUser().AddRequirements(new Permission(Permissions.UsersWrite)))
            .AddPolicy(Permissions.ReadUsers, policy => policy.RequireAuthenticatedUser().AddRequirements(new Permission(Permissions.UsersRead, Permissions.UsersWrite)))
            .AddPolicy(Permissions.WriteUsers, policy => policy.RequireAuthenticatedUser().AddRequirements(new Permission(Permissions.UsersWrite)))
            .AddPolicy(Permissions.Operate, policy => policy.RequireAuthenticatedUser().AddRequirements(new Permission(Permissions.Instance)));
        services.AddTransient<IAuthorizationHandler, UserAccessHandler>();
        services.AddSingleton<IAuthorizationHandler, PermissionHandler>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, AuthorizationAnswer>();
        services.AddSingleton<PermissionReader>();
    }
}

/// <summary>The caller is the user in the route, or may act for that user.</summary>
/// <param name="IsReading">Whether the permission to read is enough.</param>
/// <param name="IsSelfAllowed">Whether the user itself needs no permission.</param>
internal sealed record UserAccess(bool IsReading, bool IsSelfAllowed) : IAuthorizationRequirement;

/// <summary>The caller has one of the permissions, whoever it is.</summary>
/// <param name="AnyOf">The permissions.</param>
internal sealed record Permission(params string[] AnyOf) : IAuthorizationRequirement;

/// <summary>Reads the permissions of a token.</summary>
internal sealed class PermissionReader(IOptions<IdentityOptions> options)
{
    /// <summary>Whether the token names a permission, by itself or in a list separated by spaces.</summary>
    public bool Has(ClaimsPrincipal principal, string permission) =>
        (principal is TokenPrincipal token ? token.Permissions ??= Read(principal) : Read(principal)).Contains(permission);

    /// <summary>Whose users the caller may list and touch.</summary>
    public OwnerScope ScopeOf(ClaimsPrincipal principal) =>
        Has(principal, Permissions.Instance) ? OwnerScope.Everyone : new OwnerScope(ResourceOwnerOf(principal));

    /// <summary>The organisation that the caller acts for.</summary>
    public string ResourceOwnerOf(ClaimsPrincipal principal) =>
        options.Value.EffectiveResourceOwnerClaims.Select(principal.FindFirst).FirstOrDefault(claim => claim is not null)?.Value ?? options.Value.DefaultResourceOwner;

    private string[] Read(ClaimsPrincipal principal) =>
        [.. principal.FindAll(options.Value.PermissionsClaim).Select(claim => claim.Value), .. principal.FindAll(options.Value.ScopeClaim).SelectMany(claim => claim.Value.Split(' '))];
}

internal sealed class UserAccessHandler(IHttpContextAccessor accessor, PermissionReader permissions, IUserDirectory users) : AuthorizationHandler<UserAccess>
{
    /// <summary>Marks the refusal of a caller who may know that there is no such user.</summary>
    public const string UserNotFound = "user not found";

    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, UserAccess requirement)
    {
        if (!SubjectFactory.HasSubject(context.User))
        {
            return;
        }

        var http = accessor.HttpContext!;
        var userId = SubjectFactory.UserInRoute(http);
        var isSelf = userId is null || userId == SubjectFactory.SubjectOf(context.User);
        if (isSelf)
        {
            if (requirement.IsSelfAllowed)
            {
                context.Succeed(requirement);
            }

            return;
        }

        if (!permissions.Has(context.User, Permissions.UsersWrite) && !(requirement.IsReading && permissions.Has(context.User, Permissions.UsersRead)))
        {
            return;
        }

        if (await users.KnowsAsync(userId!, permissions.ScopeOf(context.User), http.RequestAborted))
        {
            context.Succeed(requirement);
        }
        else
        {
            context.Fail(new AuthorizationFailureReason(this, UserNotFound));
        }
    }
}

internal sealed class PermissionHandler(PermissionReader permissions) : AuthorizationHandler<Permission>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, Permission requirement)
    {
        if (Array.Exists(requirement.AnyOf, permission => permissions.Has(context.User, permission)))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}

/// <summary>Answers 404 to a caller with the permission where the user is unknown or of another organisation; the two are not to be told apart.</summary>
internal sealed class AuthorizationAnswer(ErrorWriter errors) : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _default = new();

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        var reasons = authorizeResult.AuthorizationFailure?.FailureReasons ?? [];
        return reasons.Any(reason => reason.Message == UserAccessHandler.UserNotFound)
            ? errors.WriteAsync(context, UserErrors.NotFound)
            : _default.HandleAsync(next, context, policy, authorizeResult);
    }
}

/// <summary>A body that can ask for what takes the permission also on the own user.</summary>
internal interface IPrivilegedRequest
{
    /// <summary>Whether it asks for that.</summary>
    bool IsPrivileged { get; }
}

/// <summary>Has the filter run for the actions that take such a body.</summary>
internal sealed class PrivilegedRequestConvention : IActionModelConvention
{
    public void Apply(ActionModel action)
    {
        if (action.Parameters.Any(parameter => parameter.ParameterType.IsAssignableTo(typeof(IPrivilegedRequest))))
        {
            action.Filters.Add(new TypeFilterAttribute<PrivilegedRequestFilter>());
        }
    }
}

/// <summary>Refuses a privileged body from a caller without the permission, by the policy.</summary>
internal sealed class PrivilegedRequestFilter(IAuthorizationService authorization, ErrorWriter errors) : IAsyncActionFilter
{
    public async Task OnActionExecutionAsync(ActionExecutingContext context, ActionExecutionDelegate next)
    {
        if (context.ActionArguments.Values.OfType<IPrivilegedRequest>().Any(request => request.IsPrivileged)
            && !(await authorization.AuthorizeAsync(context.HttpContext.User, Permissions.Privileged)).Succeeded)
        {
            await errors.WriteStatusAsync(context.HttpContext, HttpStatusCode.Forbidden);
            return;
        }

        await next();
    }
}
