using MediatR;
using Otp.Application.Common;
using Otp.Domain.Common;
using Otp.Domain.OtpEmailFactors;

namespace Otp.Application.OtpEmailFactors.GetChallenge;

/// <summary>How a challenge stands.</summary>
/// <param name="Subject">The user.</param>
/// <param name="ChallengeId">The challenge.</param>
public sealed record GetChallengeQuery(Subject Subject, Guid ChallengeId) : IQuery<Result<ChallengeDto>>;

internal sealed class GetChallengeHandler(IOtpEmailFactorRepository repository, SubjectFactors subjectFactors, TimeProvider time)
    : IRequestHandler<GetChallengeQuery, Result<ChallengeDto>>
{
    public async Task<Result<ChallengeDto>> Handle(GetChallengeQuery request, CancellationToken cancellationToken)
    {
        var now = time.Now();
        var factors = await repository.FindWithChallengeAsync(request.Subject.UserId, request.ChallengeId, cancellationToken);
        return factors?.FindChallenge(request.ChallengeId, now) is { } challenge
            ? await subjectFactors.DescribeAsync(challenge, factors.Budget, now, cancellationToken)
            : OtpEmailFactorErrors.ChallengeNotFound;
    }
}
