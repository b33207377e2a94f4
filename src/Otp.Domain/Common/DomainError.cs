using System.Collections.Frozen;

namespace Otp.Domain.Common;

/// <summary>What kind of refusal an error is; each transport has one map from it to its own shape.</summary>
public enum ErrorKind
{
    /// <summary>An argument has a bad shape.</summary>
    InvalidArgument,

    /// <summary>The thing asked for does not exist, or not for this caller.</summary>
    NotFound,

    /// <summary>The thing to be made exists.</summary>
    AlreadyExists,

    /// <summary>The state of the aggregate forbids it, and waiting does not help.</summary>
    FailedPrecondition,

    /// <summary>Nobody knows who the caller is.</summary>
    Unauthenticated,

    /// <summary>The caller may not do this.</summary>
    PermissionDenied,

    /// <summary>Too soon or too often; <see cref="DomainError.RetryAt"/> says when it may be tried again.</summary>
    TooManyRequests,
}

/// <summary>An expected refusal. The catalogues (<c>…Errors</c>, one per aggregate) are the only places that make them.</summary>
/// <param name="Code">Stable, machine-readable: <c>Aggregate.Reason</c>. Part of the contract.</param>
/// <param name="Kind">The kind, by which a transport chooses its status.</param>
/// <param name="Message">Plain text for people. Never holds a passcode.</param>
public sealed record DomainError(string Code, ErrorKind Kind, string Message)
{
    /// <summary>When the same request can succeed (UTC); only with <see cref="ErrorKind.TooManyRequests"/>.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>More about it for programs, such as the attempts that remain; empty for most.</summary>
    public IReadOnlyDictionary<string, object> Data { get; init; } = FrozenDictionary<string, object>.Empty;

    /// <summary>The members of the request that are wrong; empty where the error is about the whole.</summary>
    public IReadOnlyList<FieldError> Fields { get; init; } = [];
}

/// <summary>One wrong member of a request.</summary>
/// <param name="Field">The member's name as the caller wrote it (camel case).</param>
/// <param name="Message">What is wrong with it.</param>
/// <param name="Value">What was given, or <see langword="null"/> where it is secret or absent.</param>
public sealed record FieldError(string Field, string Message, string? Value = null);
