using Otp.Domain.Auditing;
using Otp.Domain.Passcodes;

namespace Otp.Domain.Common;

/// <summary>A unit of consistency: it is loaded, changed and stored as a whole, under one concurrency token.</summary>
public abstract class AggregateRoot
{
    private readonly List<AuditEvent> _auditEvents = [];

    /// <summary>For the object mapper alone.</summary>
    protected AggregateRoot()
    {
    }

    /// <summary>A new aggregate.</summary>
    /// <param name="now">The time of its creation (UTC).</param>
    protected AggregateRoot(DateTimeOffset now)
    {
        Sequence = 1;
        CreatedAt = now;
        ChangedAt = now;
    }

    /// <summary>Counts the changes; starts at 1. It is also the optimistic concurrency token (rule 23).</summary>
    public long Sequence { get; private set; }

    /// <summary>When it was created (UTC).</summary>
    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>When it was last changed (UTC).</summary>
    public DateTimeOffset ChangedAt { get; private set; }

    /// <summary>Hands over what has happened since the last call, for the audit trail. It is stored with the change, or not at all.</summary>
    public IReadOnlyList<AuditEvent> TakeAuditEvents()
    {
        var taken = _auditEvents.ToList();
        _auditEvents.Clear();
        return taken;
    }

    /// <summary>Notes a guess for the audit trail, and the lock that it may have brought.</summary>
    /// <param name="accepted">What is noted of the right guess.</param>
    /// <param name="outcome">What became of the guess.</param>
    /// <param name="budget">The budget after it.</param>
    protected void AuditGuess(AuditEvent accepted, GuessOutcome outcome, AttemptBudget budget)
    {
        ArgumentNullException.ThrowIfNull(accepted);
        ArgumentNullException.ThrowIfNull(budget);
        Audit(outcome == GuessOutcome.Right ? accepted : accepted with { Action = AuditAction.PasscodeRejected, Outcome = outcome });
        if (outcome == GuessOutcome.Wrong && budget.IsLockedAt(accepted.OccurredAt))
        {
            Audit(accepted with { Action = AuditAction.Locked });
        }
    }

    /// <summary>Notes something for the audit trail.</summary>
    protected void Audit(AuditEvent auditEvent) => _auditEvents.Add(auditEvent);

    /// <summary>Notes one change; every mutating method calls it once, after its checks.</summary>
    protected void RecordChange(DateTimeOffset now)
    {
        Sequence++;
        ChangedAt = now;
    }
}
