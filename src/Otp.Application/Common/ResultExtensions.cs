using Otp.Domain.Common;

namespace Otp.Application.Common;

/// <summary>How use cases go on with what may have been refused.</summary>
internal static class ResultExtensions
{
    /// <summary>Goes on with the value of a success; a refusal is the outcome of the whole.</summary>
    /// <typeparam name="TValue">What the first step gives.</typeparam>
    /// <typeparam name="TNext">What the next step gives.</typeparam>
    /// <param name="step">The first step.</param>
    /// <param name="next">The next step, called only after a success.</param>
    public static async Task<Result<TNext>> ThenAsync<TValue, TNext>(this Task<Result<TValue>> step, Func<TValue, Task<Result<TNext>>> next)
        where TValue : notnull
        where TNext : notnull
    {
        var result = await step;
        return result.IsSuccess ? await next(result.Value) : result.Error;
    }
}
