namespace Otp.Domain.OtpEmailFactors;

/// <summary>The factors of all users.</summary>
public interface IOtpEmailFactorRepository
{
    /// <summary>Loads a user's factors for changing them, or <see langword="null"/> where there are none yet.</summary>
    Task<UserFactors?> FindAsync(string userId, CancellationToken cancellationToken);

    /// <summary>The same, with one challenge.</summary>
    Task<UserFactors?> FindWithChallengeAsync(string userId, Guid challengeId, CancellationToken cancellationToken);

    /// <summary>The same, with all challenges that have a code.</summary>
    Task<UserFactors?> FindWithOpenChallengesAsync(string userId, CancellationToken cancellationToken);

    /// <summary>A user's factors in these states, oldest first, for reading alone.</summary>
    Task<IReadOnlyList<OtpEmailFactor>> ListAsync(string userId, IReadOnlyCollection<FactorState> states, CancellationToken cancellationToken);

    /// <summary>Adds the factors of a user who had none. That a user is there once is kept by the database.</summary>
    void Add(UserFactors factors);
}
