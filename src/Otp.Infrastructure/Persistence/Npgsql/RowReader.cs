using Npgsql;
using Otp.Application.Delivery;

namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>Reads the columns of a row one after the other.</summary>
/// <param name="reader">At the row.</param>
/// <param name="first">The first column that is read.</param>
internal struct RowReader(NpgsqlDataReader reader, int first = 0)
{
    private int _next = first;

    public void Skip(int columns) => _next += columns;

    public string Text() => reader.GetString(_next++);

    public string? TextOrNull() => IsNull() ? null : reader.GetString(_next++);

    public DateTimeOffset Time() => new(reader.GetDateTime(_next++), TimeSpan.Zero);

    public DateTimeOffset? TimeOrNull() => IsNull() ? null : Time();

    public Guid? IdOrNull() => IsNull() ? null : reader.GetGuid(_next++);

    public long Long() => reader.GetInt64(_next++);

    public long? LongOrNull() => IsNull() ? null : reader.GetInt64(_next++);

    public long[] Longs() => reader.GetFieldValue<long[]>(_next++);

    public int Int() => reader.GetInt32(_next++);

    public bool Boolean() => reader.GetBoolean(_next++);

    public byte[] Bytes() => reader.GetFieldValue<byte[]>(_next++);

    public DeliveryState? StateOrNull() => IsNull() ? null : Enum.Parse<DeliveryState>(reader.GetString(_next++));

    /// <summary>Whether the next one is null; if so, it is skipped.</summary>
    public bool IsNull()
    {
        if (!reader.IsDBNull(_next))
        {
            return false;
        }

        _next++;
        return true;
    }
}
