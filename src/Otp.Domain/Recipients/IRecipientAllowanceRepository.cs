namespace Otp.Domain.Recipients;

/// <summary>The allowances of all recipients.</summary>
public interface IRecipientAllowanceRepository
{
    /// <summary>Loads an allowance, or <see langword="null"/> where nothing was counted yet.</summary>
    Task<RecipientAllowance?> FindAsync(string recipient, string userId, RecipientCounter counter, CancellationToken cancellationToken);

    /// <summary>Adds a new one.</summary>
    void Add(RecipientAllowance allowance);
}
