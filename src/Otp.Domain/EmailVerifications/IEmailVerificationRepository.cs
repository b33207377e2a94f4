namespace Otp.Domain.EmailVerifications;

/// <summary>The verifications of all users, one each.</summary>
public interface IEmailVerificationRepository
{
    /// <summary>Loads a user's verification for changing it, or <see langword="null"/> where there is none yet.</summary>
    Task<EmailVerification?> FindAsync(string userId, CancellationToken cancellationToken);

    /// <summary>Loads a user's verification for reading alone: what is done to it is not stored.</summary>
    Task<EmailVerification?> ReadAsync(string userId, CancellationToken cancellationToken);

    /// <summary>Adds a new one. That a user has only one is kept by the database.</summary>
    void Add(EmailVerification verification);
}
