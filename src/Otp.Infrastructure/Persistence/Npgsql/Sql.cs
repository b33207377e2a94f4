using Npgsql;
using NpgsqlTypes;

namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>Parameters by position, of statements that read.</summary>
internal static class Sql
{
    /// <summary>
    /// A text. One without a value is given the type that a value would have: a statement that is prepared by the server is found again by its text and the types.
    /// </summary>
    public static void AddText(this NpgsqlParameterCollection parameters, string? value) => parameters.Add(value is null
        ? new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }
        : new NpgsqlParameter<string> { TypedValue = value });

    public static void AddTexts(this NpgsqlParameterCollection parameters, string[] value) => parameters.Add(new NpgsqlParameter<string[]> { TypedValue = value });

    public static void AddShort(this NpgsqlParameterCollection parameters, short value) => parameters.Add(new NpgsqlParameter<short> { TypedValue = value });
}
