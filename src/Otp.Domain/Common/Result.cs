using System.Diagnostics.CodeAnalysis;

namespace Otp.Domain.Common;

/// <summary>The outcome of an operation that may be refused, without its value.</summary>
public interface IDomainResult
{
    /// <summary>The refusal, or <see langword="null"/> on success.</summary>
    DomainError? Error { get; }
}

/// <summary>A result that a pipeline step can make itself when it refuses a request.</summary>
/// <typeparam name="TSelf">The result type.</typeparam>
public interface IDomainResult<out TSelf> : IDomainResult
    where TSelf : IDomainResult<TSelf>
{
    /// <summary>Makes a refusal.</summary>
    static abstract TSelf Failure(DomainError error);
}

/// <summary>Success without a value, or a <see cref="DomainError"/>.</summary>
public sealed class Result : IDomainResult<Result>
{
    private Result(DomainError? error) => Error = error;

    /// <summary>The one success.</summary>
    public static Result Success { get; } = new(null);

    /// <inheritdoc />
    public DomainError? Error { get; }

    /// <summary>Whether it succeeded.</summary>
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsSuccess => Error is null;

    /// <inheritdoc />
    public static Result Failure(DomainError error) => new(error);

    /// <summary>Turns an error into a refusal.</summary>
    public static implicit operator Result(DomainError error) => Failure(error);
}

/// <summary>A value, or a <see cref="DomainError"/>.</summary>
/// <typeparam name="T">The value's type.</typeparam>
public sealed class Result<T> : IDomainResult<Result<T>>
    where T : notnull
{
    private readonly T? _value;

    private Result(T? value, DomainError? error)
    {
        _value = value;
        Error = error;
    }

    /// <inheritdoc />
    public DomainError? Error { get; }

    /// <summary>Whether it succeeded.</summary>
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsSuccess => Error is null;

    /// <summary>The value of a success.</summary>
    /// <exception cref="InvalidOperationException">The result is a refusal: a bug of the caller.</exception>
    public T Value => Error is null ? _value! : throw new InvalidOperationException($"The result is a refusal: {Error.Code}.");

    /// <inheritdoc />
    public static Result<T> Failure(DomainError error) => new(default, error);

    /// <summary>Makes a success.</summary>
    public static implicit operator Result<T>(T value) => new(value, null);

    /// <summary>Turns an error into a refusal.</summary>
    public static implicit operator Result<T>(DomainError error) => Failure(error);
}
