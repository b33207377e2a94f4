using Otp.Domain.Common;

namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>An aggregate of a command, and its version in the database.</summary>
/// <param name="aggregate">The aggregate.</param>
/// <param name="storedSequence">The sequence of its row; none where it is new.</param>
internal abstract class Loaded<T>(T aggregate, long? storedSequence)
    where T : AggregateRoot
{
    public T Aggregate => aggregate;

    public long? StoredSequence { get; private set; } = storedSequence;

    /// <summary>Whether the row is not what the aggregate is: an aggregate counts each of its changes.</summary>
    public bool HasChanged => StoredSequence != Aggregate.Sequence;

    /// <summary>The row is now what the aggregate is.</summary>
    public virtual void Accept() => StoredSequence = Aggregate.Sequence;
}
