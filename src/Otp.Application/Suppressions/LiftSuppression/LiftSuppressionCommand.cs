using MediatR;
using Otp.Application.Common;
using Otp.Domain.Common;
using Otp.Domain.Emails;
using Otp.Domain.Recipients;

namespace Otp.Application.Suppressions.LiftSuppression;

/// <summary>Lets an address get mail again.</summary>
/// <param name="Email">The address.</param>
public sealed record LiftSuppressionCommand(string Email) : ICommand<Result>;

internal sealed class LiftSuppressionHandler(ISuppressionRepository suppressions) : IRequestHandler<LiftSuppressionCommand, Result>
{
    public async Task<Result> Handle(LiftSuppressionCommand request, CancellationToken cancellationToken)
    {
        if (await suppressions.FindAsync(EmailAddress.Parse(request.Email), cancellationToken) is not { } suppression)
        {
            return RecipientErrors.NotSuppressed;
        }

        suppressions.Remove(suppression);
        return Result.Success;
    }
}
