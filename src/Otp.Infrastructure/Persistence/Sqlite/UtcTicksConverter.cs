using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Otp.Infrastructure.Persistence.Sqlite;

/// <summary>SQLite has no type for a time, and cannot compare one with an offset: it is stored as UTC ticks (100 ns since year 1).</summary>
internal sealed class UtcTicksConverter() : ValueConverter<DateTimeOffset, long>(time => time.UtcTicks, ticks => new DateTimeOffset(ticks, TimeSpan.Zero));
