using System.Text.Json;
using FluentValidation;
using FluentValidation.Results;
using MediatR;
using Otp.Domain.Common;
using Otp.Domain.Emails;

namespace Otp.Application.Common.Behaviors;

/// <summary>Checks the shape of a request, before anything is loaded.</summary>
internal sealed class ValidationBehavior<TRequest, TResponse>(IEnumerable<IValidator<TRequest>> validators) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
    where TResponse : IDomainResult<TResponse>
{
    public Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next) =>
        validators.Any() ? ValidateAsync(request, next, cancellationToken) : next();

    private async Task<TResponse> ValidateAsync(TRequest request, RequestHandlerDelegate<TResponse> next, CancellationToken cancellationToken)
    {
        List<FieldError> errors = [];
        foreach (var validator in validators)
        {
            var result = await validator.ValidateAsync(request, cancellationToken);
            errors.AddRange(result.Errors.Select(ToFieldError));
        }

        return errors.Count == 0 ? await next() : TResponse.Failure(RequestErrors.Invalid(errors));
    }

    // Only what is text by type is echoed, and never at length: a passcode is a type of its own and so never is.
    private static FieldError ToFieldError(ValidationFailure failure) => new(
        JsonNamingPolicy.CamelCase.ConvertName(failure.PropertyName),
        failure.ErrorMessage,
        failure.AttemptedValue is string { Length: <= EmailAddress.MaxLength } text ? text : null);
}
