using System.Reflection;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Otp.Api.Controllers;
using Otp.Application.Common;
using Otp.Domain.Common;

namespace Otp.Architecture.Tests.Rules;

/// <summary>The rules of the house, each as a question to one type: what is wrong with it? No answer means nothing.</summary>
internal static class HouseRules
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly string[] BannedFolders = ["Commands", "Queries", "Handlers", "Validators", "Services", "Helpers", "Utils", "Utilities", "Managers", "Models", "Extensions"];

    /// <summary>A type may use only namespaces of this list, or of others than those that are forbidden.</summary>
    public static IEnumerable<string> UsesOf(Type type, params string[] forbidden) => TypeUsage.Of(type)
        .Where(used => forbidden.Any(prefix => IsIn(used.Namespace, prefix)))
        .Select(used => $"{type.FullName} uses {used.FullName}");

    /// <summary>The domain knows nothing but the base class library.</summary>
    public static IEnumerable<string> DomainUses(Type type) => TypeUsage.Of(type)
        .Where(used => !IsIn(used.Namespace, "Otp.Domain") && used.Assembly != typeof(object).Assembly && !IsIn(used.Namespace, "System"))
        .Concat(TypeUsage.Of(type).Where(used => used.Namespace is { } name
            && (IsIn(name, "System.Net.Http") || IsIn(name, "System.Data") || IsIn(name, "System.IO") || IsIn(name, "System.Text.Json"))))
        .Select(used => $"{type.FullName} uses {used.FullName}");

    public static IEnumerable<string> ApplicationUses(Type type) => UsesOf(
        type, "Otp.Infrastructure", "Otp.Api", "Microsoft.EntityFrameworkCore", "Microsoft.AspNetCore", "Npgsql", "Microsoft.Data", "System.Data", "System.Net.Http", "HandlebarsDotNet");

    public static IEnumerable<string> InfrastructureUses(Type type) => UsesOf(type, "Otp.Api", "Microsoft.AspNetCore", "MediatR", "AutoMapper");

    /// <summary>Above the database nobody knows which one it is.</summary>
    public static IEnumerable<string> ProviderUses(Type type) =>
        IsIn(type.Namespace, "Otp.Infrastructure.Persistence.Npgsql") || IsIn(type.Namespace, "Otp.Infrastructure.Persistence.Sqlite")
        || type.FullName is "Otp.Infrastructure.InfrastructureRegistration" or "Otp.Infrastructure.Persistence.DatabaseOptionsValidator"
            ? []
            : UsesOf(type, "Npgsql", "Microsoft.Data.Sqlite", "Microsoft.EntityFrameworkCore.Sqlite", "Otp.Infrastructure.Persistence.Npgsql", "Otp.Infrastructure.Persistence.Sqlite")
                .Concat(BodyCalls(type).Where(name => name is "IsNpgsql" or "IsSqlite").Select(name => $"{type.FullName} calls {name}"));

    /// <summary>The API sends commands; it does not reach past them. The host, its checks and the development pages are the composition root.</summary>
    public static IEnumerable<string> ApiUses(Type type) =>
        IsIn(type.Namespace, "Otp.Api.Hosting") || IsIn(type.Namespace, "Otp.Api.Development")
            ? []
            : UsesOf(type, "Microsoft.EntityFrameworkCore", "Npgsql", "Microsoft.Data", "Otp.Infrastructure.Persistence.Outbox", "Otp.Infrastructure.Persistence.Repositories", "Otp.Infrastructure.Email")
                .Concat(UsesOf(type, "Otp.Domain").Where(use => use.EndsWith("Repository", StringComparison.Ordinal)));

    /// <summary>A type outside the outermost layer that nobody inherits from is sealed.</summary>
    public static IEnumerable<string> Sealed(Type type) =>
        type is { IsClass: true, IsSealed: false, IsAbstract: false } && !IsGeneratedMigration(type) ? [$"{type.FullName} is not sealed"] : [];

    /// <summary>Handlers, validators, behaviours and profiles are nobody's business but the mediator's.</summary>
    public static IEnumerable<string> InternalAndSealed(Type type)
    {
        if (type is not { IsClass: true, IsAbstract: false } || !IsPlumbing(type))
        {
            yield break;
        }

        if (type.IsVisible)
        {
            yield return $"{type.FullName} is public";
        }

        if (!type.IsSealed)
        {
            yield return $"{type.FullName} is not sealed";
        }
    }

    public static IEnumerable<string> Names(Type type)
    {
        if (type.IsAbstract && !type.IsSealed)
        {
            yield break;
        }

        var name = type.Name.Split('`')[0];
        foreach (var (applies, suffix) in new[]
        {
            (Implements(type, typeof(ICommand<>)), "Command"),
            (Implements(type, typeof(IQuery<>)), "Query"),
            (Implements(type, typeof(IRequestHandler<,>)), "Handler"),
            (Implements(type, typeof(IValidator<>)), "Validator"),
            (Implements(type, typeof(IPipelineBehavior<,>)), "Behavior"),
            (typeof(AutoMapper.Profile).IsAssignableFrom(type), "Profile"),
            (typeof(ControllerBase).IsAssignableFrom(type), "Controller"),
            (typeof(Exception).IsAssignableFrom(type), "Exception"),
            (MakesErrors(type), "Errors"),
        })
        {
            if (applies && !name.EndsWith(suffix, StringComparison.Ordinal))
            {
                yield return $"{type.FullName} is not named …{suffix}";
            }
        }

        foreach (var request in HandledBy(type).Where(request => name != $"{WithoutSuffix(request.Name)}Handler" || type.Namespace != request.Namespace))
        {
            yield return $"{type.FullName} does not stand beside {request.FullName} under its name";
        }

        foreach (var request in ValidatedBy(type).Where(request => Implements(request, typeof(IRequest<>)) && (name != $"{WithoutSuffix(request.Name)}Validator" || type.Namespace != request.Namespace)))
        {
            yield return $"{type.FullName} does not stand beside {request.FullName} under its name";
        }
    }

    /// <summary>VerbNounCommand: in the folder of its use case, which has its name, below the folder of its feature.</summary>
    public static IEnumerable<string> UseCaseFolder(Type type) =>
        (Implements(type, typeof(ICommand<>)) || Implements(type, typeof(IQuery<>))) && type is { IsInterface: false, IsAbstract: false }
        && (type.Namespace is null || !type.Namespace.EndsWith("." + WithoutSuffix(type.Name), StringComparison.Ordinal) || type.Namespace.Split('.').Length < 4)
            ? [$"{type.FullName} is not in Feature/{WithoutSuffix(type.Name)}"]
            : [];

    public static IEnumerable<string> Folders(Type type) =>
        (type.Namespace ?? "").Split('.').Intersect(BannedFolders).Select(folder => $"{type.FullName} is in a folder {folder}");

    /// <summary>Aggregates change through their methods alone.</summary>
    public static IEnumerable<string> Aggregates(Type type)
    {
        if (!typeof(AggregateRoot).IsAssignableFrom(type) || type == typeof(AggregateRoot))
        {
            yield break;
        }

        if (!type.IsSealed)
        {
            yield return $"{type.FullName} is not sealed";
        }

        foreach (var constructor in type.GetConstructors(All).Where(constructor => !constructor.IsStatic && !constructor.IsPrivate))
        {
            yield return $"{type.FullName} has a constructor that is not private ({constructor})";
        }

        foreach (var property in type.GetProperties(All).Where(property => property.SetMethod is { IsPrivate: false }))
        {
            yield return $"{type.FullName}.{property.Name} can be set from outside";
        }

        foreach (var field in type.GetFields(All).Where(field => !field.IsPrivate && !field.IsLiteral && !field.IsInitOnly))
        {
            yield return $"{type.FullName}.{field.Name} can be set from outside";
        }

        foreach (var property in type.GetProperties(All).Where(property => Parts(property.PropertyType).Any(part => typeof(AggregateRoot).IsAssignableFrom(part))))
        {
            yield return $"{type.FullName}.{property.Name} navigates to another aggregate";
        }

        foreach (var method in type.GetMethods(All).Where(method => Parts(method.ReturnType).Append(method.ReturnType).Contains(typeof(IQueryable)) || method.GetParameters().Any(parameter => parameter.ParameterType == typeof(TimeProvider))))
        {
            yield return $"{type.FullName}.{method.Name} takes a clock: now is handed in";
        }
    }

    /// <summary>Controllers bind and send.</summary>
    public static IEnumerable<string> Controllers(Type type)
    {
        if (!typeof(ControllerBase).IsAssignableFrom(type) || type.IsAbstract)
        {
            yield break;
        }

        if (!typeof(OtpController).IsAssignableFrom(type))
        {
            yield return $"{type.FullName} does not inherit from {nameof(OtpController)}";
        }

        foreach (var field in type.GetFields(All).Where(field => !field.IsLiteral && !(field.IsInitOnly || IsCaptured(field))))
        {
            yield return $"{type.FullName} keeps state in {field.Name}";
        }

        foreach (var method in type.GetMethods(All).Where(method => !method.IsSpecialName && !method.Name.Contains('<', StringComparison.Ordinal)))
        {
            // IL of a screen of binding and sending; a loop or a chain of conditions is far longer.
            if (method.GetMethodBody() is { } body && (body.GetILAsByteArray()!.Length > 120 || body.ExceptionHandlingClauses.Count > 0))
            {
                yield return $"{type.FullName}.{method.Name} does more than bind and send";
            }
        }

        foreach (var used in TypeUsage.Of(type).Where(used => used.Name.EndsWith("Repository", StringComparison.Ordinal) || used.Name is "IUnitOfWork" || IsIn(used.Namespace, "Otp.Infrastructure")))
        {
            yield return $"{type.FullName} uses {used.FullName}";
        }
    }

    /// <summary>No generic repository, and none that saves.</summary>
    public static IEnumerable<string> Repositories(Type type) => !type.Name.Split('`')[0].EndsWith("Repository", StringComparison.Ordinal)
        ? []
        : (type.IsGenericType ? [$"{type.FullName} is generic"] : Array.Empty<string>())
            .Concat(type.GetMethods(All).Where(method => method.Name.Contains("Save", StringComparison.Ordinal) || method.Name.Contains("Commit", StringComparison.Ordinal)
                || typeof(IQueryable).IsAssignableFrom(method.ReturnType)).Select(method => $"{type.FullName}.{method.Name} saves or leaks queries"))
            .Concat(BodyCalls(type).Where(name => name.StartsWith("SaveChanges", StringComparison.Ordinal)).Select(name => $"{type.FullName} calls {name}"));

    /// <summary>The wire format of a passcode leaves only through its type: no public DTO of the application holds one in clear.</summary>
    public static IEnumerable<string> Dtos(Type type) => !type.Name.EndsWith("Dto", StringComparison.Ordinal)
        ? []
        : type.GetProperties().Where(property => property.SetMethod is { } setter && !setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(System.Runtime.CompilerServices.IsExternalInit)))
            .Select(property => $"{type.FullName}.{property.Name} can be changed")
            .Concat(type.GetProperties().Where(property => typeof(AggregateRoot).IsAssignableFrom(property.PropertyType)).Select(property => $"{type.FullName}.{property.Name} shows an aggregate"));

    private static bool IsIn(string? name, string prefix) => name is not null && (name == prefix || name.StartsWith(prefix + ".", StringComparison.Ordinal));

    // dotnet ef writes them so.
    private static bool IsGeneratedMigration(Type type) => type.BaseType?.FullName
        is "Microsoft.EntityFrameworkCore.Migrations.Migration" or "Microsoft.EntityFrameworkCore.Infrastructure.ModelSnapshot";

    private static bool IsPlumbing(Type type) => Implements(type, typeof(IRequestHandler<,>)) || Implements(type, typeof(IValidator<>))
        || Implements(type, typeof(IPipelineBehavior<,>)) || typeof(AutoMapper.Profile).IsAssignableFrom(type);

    private static bool IsCaptured(FieldInfo field) => field.Name.StartsWith('<') && field.Name.EndsWith(">P", StringComparison.Ordinal);

    private static bool MakesErrors(Type type) => type is { IsAbstract: true, IsSealed: true }
        && type.GetMembers(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Any(member => member is FieldInfo field && field.FieldType == typeof(DomainError) || member is MethodInfo method && method.ReturnType == typeof(DomainError));

    private static bool Implements(Type type, Type open) => type.GetInterfaces().Any(face => face.IsGenericType && face.GetGenericTypeDefinition() == open);

    private static IEnumerable<Type> HandledBy(Type type) => ArgumentsOf(type, typeof(IRequestHandler<,>)).Where(request => !request.IsGenericParameter);

    private static IEnumerable<Type> ValidatedBy(Type type) => ArgumentsOf(type, typeof(IValidator<>)).Where(request => !request.IsGenericParameter);

    private static IEnumerable<Type> ArgumentsOf(Type type, Type open) =>
        type.GetInterfaces().Where(face => face.IsGenericType && face.GetGenericTypeDefinition() == open).Select(face => face.GetGenericArguments()[0]);

    private static IEnumerable<Type> Parts(Type type) => type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type) : [type];

    private static string WithoutSuffix(string name) => name.EndsWith("Command", StringComparison.Ordinal) ? name[..^7] : name.EndsWith("Query", StringComparison.Ordinal) ? name[..^5] : name;

    private static IEnumerable<string> BodyCalls(Type type) => TypeUsage.CallsOf(type);
}
