using Otp.Domain.Emails;

namespace Otp.Domain.Recipients;

/// <summary>The addresses that get no mail.</summary>
public interface ISuppressionRepository
{
    /// <summary>Whether an address gets no mail.</summary>
    Task<bool> ContainsAsync(EmailAddress address, CancellationToken cancellationToken);

    /// <summary>Loads the suppression of an address, to be changed, or <see langword="null"/> where it may get mail.</summary>
    Task<Suppression?> FindAsync(EmailAddress address, CancellationToken cancellationToken);

    /// <summary>Lists them in the order of their addresses.</summary>
    /// <param name="after">Only addresses after this one, in canonical form; all where it is <see langword="null"/>.</param>
    /// <param name="count">At most so many.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    Task<IReadOnlyList<Suppression>> ListAsync(string? after, int count, CancellationToken cancellationToken);

    /// <summary>Adds one.</summary>
    void Add(Suppression suppression);

    /// <summary>Lifts one.</summary>
    void Remove(Suppression suppression);
}
