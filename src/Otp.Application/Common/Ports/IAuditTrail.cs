using Otp.Application.Auditing;
using Otp.Domain.Auditing;

namespace Otp.Application.Common.Ports;

/// <summary>What has happened, as the unit of work keeps it of every command that commits. Nothing in it is ever changed.</summary>
public interface IAuditTrail
{
    /// <summary>Adds what no aggregate notes by itself; it is kept if, and only if, the command commits.</summary>
    void Add(AuditEvent happened);

    /// <summary>Lists entries, newest first.</summary>
    /// <param name="scope">Only those of these users.</param>
    /// <param name="userId">Only those of this user, where it is given.</param>
    /// <param name="action">Only those of this action, where it is given.</param>
    /// <param name="after">Only those before this one, where it is given.</param>
    /// <param name="count">At most so many.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    Task<IReadOnlyList<AuditEntryDto>> ListAsync(
        OwnerScope scope, string? userId, AuditAction? action, Guid? after, int count, CancellationToken cancellationToken);
}
