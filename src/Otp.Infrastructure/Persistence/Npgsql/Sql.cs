using Npgsql;
using NpgsqlTypes;

namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>
/// Parameters by position. One without a value is given the type that a value would have: a statement that is prepared by the server is found again by its text
/// and the types.
/// </summary>
internal static class Sql
{
    public static void AddText(this NpgsqlParameterCollection parameters, string? value) => Add(parameters, value, NpgsqlDbType.Text);

    public static void AddTexts(this NpgsqlParameterCollection parameters, string[] value) => Add(parameters, value, NpgsqlDbType.Array | NpgsqlDbType.Text);

    public static void AddShort(this NpgsqlParameterCollection parameters, short? value) => Add(parameters, value, NpgsqlDbType.Smallint);

    private static void Add<T>(NpgsqlParameterCollection parameters, T? value, NpgsqlDbType type)
        where T : struct => parameters.Add(value is { } known
        ? new NpgsqlParameter<T> { TypedValue = known }
        : new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = type });

    private static void Add<T>(NpgsqlParameterCollection parameters, T? value, NpgsqlDbType type)
        where T : class => parameters.Add(value is null
        ? new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = type }
        : new NpgsqlParameter<T> { TypedValue = value });
}
