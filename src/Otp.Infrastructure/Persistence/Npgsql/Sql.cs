using Npgsql;
using NpgsqlTypes;

namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>
/// Parameters by position. One without a value is given the type that a value would have: a statement that is prepared by the server is found again by its text
/// and the types.
/// </summary>
internal static class Sql
{
    /// <summary><c>$4, $5, $6</c></summary>
    public static string Parameters(int first, int count) => string.Join(", ", Enumerable.Range(first, count).Select(number => $"${number}"));

    public static void AddText(this NpgsqlParameterCollection parameters, string? value) => Add(parameters, value, NpgsqlDbType.Text);

    public static void AddTexts(this NpgsqlParameterCollection parameters, string[] value) => Add(parameters, value, NpgsqlDbType.Array | NpgsqlDbType.Text);

    public static void AddBytes(this NpgsqlParameterCollection parameters, byte[]? value) => Add(parameters, value, NpgsqlDbType.Bytea);

    public static void AddLongs(this NpgsqlParameterCollection parameters, long[] value) => Add(parameters, value, NpgsqlDbType.Array | NpgsqlDbType.Bigint);

    public static void AddTime(this NpgsqlParameterCollection parameters, DateTimeOffset? value) => Add(parameters, value, NpgsqlDbType.TimestampTz);

    public static void AddId(this NpgsqlParameterCollection parameters, Guid? value) => Add(parameters, value, NpgsqlDbType.Uuid);

    public static void AddLong(this NpgsqlParameterCollection parameters, long? value) => Add(parameters, value, NpgsqlDbType.Bigint);

    public static void AddInt(this NpgsqlParameterCollection parameters, int? value) => Add(parameters, value, NpgsqlDbType.Integer);

    public static void AddShort(this NpgsqlParameterCollection parameters, short? value) => Add(parameters, value, NpgsqlDbType.Smallint);

    public static void AddBoolean(this NpgsqlParameterCollection parameters, bool value) => Add(parameters, (bool?)value, NpgsqlDbType.Boolean);

    private static void Add<T>(NpgsqlParameterCollection parameters, T? value, NpgsqlDbType type)
        where T : struct => parameters.Add(value is { } known
        ? new NpgsqlParameter<T> { TypedValue = known }
        : new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = type });

    private static void Add<T>(NpgsqlParameterCollection parameters, T? value, NpgsqlDbType type)
        where T : class => parameters.Add(value is null
        ? new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = type }
        : new NpgsqlParameter<T> { TypedValue = value });
}
