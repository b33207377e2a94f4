using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Otp.Domain.Passcodes;

namespace Otp.Api.Requests;

/// <summary>
/// Takes a passcode from the query string exactly as it stands there: any text of 1 to 200 characters, also white space, is a guess (rule 3);
/// an empty or longer one is as if it were not there.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class GuessAttribute : ModelBinderAttribute, IModelBinder
{
    /// <summary>The longest guess, in characters.</summary>
    public const int MaxLength = 200;

    /// <summary>Makes the attribute.</summary>
    public GuessAttribute()
        : base(typeof(GuessAttribute)) => BindingSource = BindingSource.Query;

    /// <summary>Whether a text in the query string is a guess.</summary>
    public static bool IsGuess(string? text) => text is { Length: >= 1 and <= MaxLength };

    /// <summary>Whether a member of the query string is a guess.</summary>
    internal static bool IsIn(HttpRequest request, string member) => IsGuess(request.Query[member].FirstOrDefault());

    /// <inheritdoc />
    public Task BindModelAsync(ModelBindingContext bindingContext)
    {
        ArgumentNullException.ThrowIfNull(bindingContext);
        var text = bindingContext.HttpContext.Request.Query[bindingContext.ModelName].FirstOrDefault();
        bindingContext.Result = ModelBindingResult.Success(IsGuess(text) ? Passcode.FromInput(text!) : null);
        return Task.CompletedTask;
    }
}
