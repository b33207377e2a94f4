namespace Otp.Domain.Common;

/// <summary>A unit of consistency: it is loaded, changed and stored as a whole, under one concurrency token.</summary>
public abstract class AggregateRoot
{
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

    /// <summary>Notes one change; every mutating method calls it once, after its checks.</summary>
    protected void RecordChange(DateTimeOffset now)
    {
        Sequence++;
        ChangedAt = now;
    }
}
