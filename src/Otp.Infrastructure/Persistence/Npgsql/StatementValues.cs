using System.Globalization;
using Npgsql;
using Otp.Application.Delivery;

namespace Otp.Infrastructure.Persistence.Npgsql;

/// <summary>
/// The values of a statement that writes rows, by position. Rows that are written together have much in common: a time, an id or the user that is given already is
/// not given again, but named by its number. What is absent, or one of a few that the code knows, stands in the text. So a code has 17 parameters in place of 35.
/// </summary>
/// <param name="parameters">What the values are added to.</param>
/// <param name="places">Room for <see cref="Capacity"/>.</param>
internal ref struct StatementValues(NpgsqlParameterCollection parameters, Span<char> places)
{
    /// <summary>More than the largest statement has.</summary>
    public const int Capacity = 96;

    // A place is the number of a parameter, or says what stands in the text.
    private const char Absent = '\0';
    private const char FirstNumber = '\u1000';
    private const char FirstState = '\u2000';

    private readonly Span<char> _places = places;
    private int _count;

    /// <summary>Where each value stands: two statements with the same places have the same text, if they write the same columns.</summary>
    public readonly ReadOnlySpan<char> Places => _places[.._count];

    /// <summary>The user whose rows are written, or another text: only the first parameter is looked at, which is the user.</summary>
    public void AddUser(string? value)
    {
        if (value is not null && parameters.Count > 0 && parameters[0] is NpgsqlParameter<string> first && first.TypedValue == value)
        {
            Place((char)1);
        }
        else
        {
            AddText(value);
        }
    }

    public void AddText(string? value) => Add(value);

    public void AddBytes(byte[]? value) => Add(value);

    public void AddLongs(long[] value) => Add(value);

    public void AddTime(DateTimeOffset? value) => AddOnce(value);

    public void AddId(Guid? value) => AddOnce(value);

    public void AddLong(long? value) => Add(value);

    public void AddInt(int? value) => Add(value);

    public void AddBoolean(bool value) => Add((bool?)value);

    /// <summary>One of a few numbers, such as those of an enumeration: it stands in the text.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not one of a few: each makes a statement of its own.</exception>
    public void AddKnown(int? value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)(value ?? 0), (uint)(FirstState - FirstNumber));
        Place(value is { } known ? (char)(FirstNumber + known) : Absent);
    }

    /// <summary>As <see cref="AddKnown"/>.</summary>
    public void AddState(DeliveryState value) => Place((char)(FirstState + (int)value));

    /// <summary>Something else that the text of the statement follows from.</summary>
    public void Place(char place) => _places[_count++] = place;

    /// <summary>The next of the places as SQL.</summary>
    /// <param name="places">The places that are left; without these afterwards.</param>
    /// <param name="count">How many.</param>
    public static string Take(ref ReadOnlySpan<char> places, int count)
    {
        var taken = new string[count];
        for (var index = 0; index < count; index++)
        {
            taken[index] = TextOf(places[index]);
        }

        places = places[count..];
        return string.Join(", ", taken);
    }

    private static string TextOf(char place) => place switch
    {
        Absent => "NULL",
        >= FirstState => $"'{(DeliveryState)(place - FirstState)}'",
        >= FirstNumber => (place - FirstNumber).ToString(CultureInfo.InvariantCulture),
        _ => string.Create(CultureInfo.InvariantCulture, $"${(int)place}"),
    };

    private void Add<T>(T? value)
        where T : struct
    {
        if (value is { } known)
        {
            AddParameter(new NpgsqlParameter<T> { TypedValue = known });
        }
        else
        {
            Place(Absent);
        }
    }

    private void Add<T>(T? value)
        where T : class
    {
        if (value is not null)
        {
            AddParameter(new NpgsqlParameter<T> { TypedValue = value });
        }
        else
        {
            Place(Absent);
        }
    }

    private void AddOnce<T>(T? value)
        where T : struct, IEquatable<T>
    {
        for (var index = 0; value is { } known && index < parameters.Count; index++)
        {
            if (parameters[index] is NpgsqlParameter<T> given && given.TypedValue.Equals(known))
            {
                Place((char)(index + 1));
                return;
            }
        }

        Add(value);
    }

    private void AddParameter(NpgsqlParameter parameter)
    {
        parameters.Add(parameter);
        Place((char)parameters.Count);
    }
}
