using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Npgsql;
using Otp.Infrastructure.Persistence;
using Otp.Infrastructure.Persistence.Npgsql;
using Otp.Infrastructure.Persistence.Sqlite;

namespace Otp.Infrastructure.Tests.Persistence;

public sealed class DatabaseOptionsValidatorTests
{
    [Theory]
    [InlineData(DatabaseProvider.Sqlite, null, true)]
    [InlineData(DatabaseProvider.Sqlite, "Data Source=otp.db", true)]
    [InlineData(DatabaseProvider.Sqlite, "", false)]
    [InlineData(DatabaseProvider.Sqlite, "Host=db;Password=hunter2", false)]
    [InlineData(DatabaseProvider.PostgreSql, "Host=db;Password=hunter2;Database=otp", true)]
    [InlineData(DatabaseProvider.PostgreSql, null, false)]
    [InlineData(DatabaseProvider.PostgreSql, " ", false)]
    [InlineData(DatabaseProvider.PostgreSql, "Database=otp;Password=hunter2", false)]
    [InlineData(DatabaseProvider.PostgreSql, "Password=hunter2;Nonsense=1", false)]
    [InlineData((DatabaseProvider)9, "Host=db", false)]
    public void Validate_WhenTheConnectionStringIs_ShouldAcceptWhatCanBeOpenedAndShowNoPassword(DatabaseProvider provider, string? connectionString, bool valid)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["ConnectionStrings:Otp"] = connectionString }).Build();

        var result = new DatabaseOptionsValidator(configuration).Validate(null, new DatabaseOptions { Provider = provider });

        result.Succeeded.Should().Be(valid);
        (result.FailureMessage ?? "").Should().NotContain("hunter2");
    }

    [Theory]
    [InlineData("08006", true)]
    [InlineData("53300", true)]
    [InlineData("57P01", true)]
    [InlineData("25006", true)]
    [InlineData("3D000", true)]
    [InlineData("23505", false)]
    [InlineData("42P01", false)]
    [InlineData("22021", false)]
    public void IsOutage_WhenPostgreSqlAnswers_ShouldTellAwayFromWrong(string state, bool outage)
    {
        var postgres = new PostgresException("text", "ERROR", "ERROR", state);

        new NpgsqlOutageClassifier().IsOutage(postgres).Should().Be(outage);
        new NpgsqlOutageClassifier().IsOutage(new DbUpdateException("outer", postgres)).Should().Be(outage);
    }

    [Fact]
    public void IsOutage_WhenThereIsNoAnswerAtAll_ShouldBeOne()
    {
        new NpgsqlOutageClassifier().IsOutage(new NpgsqlException("no connection")).Should().BeTrue();
        new NpgsqlOutageClassifier().IsOutage(new InvalidOperationException("bug")).Should().BeFalse();
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(6, true)]
    [InlineData(8, true)]
    [InlineData(10, true)]
    [InlineData(13, true)]
    [InlineData(14, true)]
    [InlineData(1, false)]
    [InlineData(19, false)]
    public void IsOutage_WhenSqliteAnswers_ShouldTellAwayFromWrong(int code, bool outage)
    {
        new SqliteOutageClassifier().IsOutage(new DbUpdateException("outer", new SqliteException("text", code))).Should().Be(outage);
        new SqliteOutageClassifier().IsOutage(new InvalidOperationException("bug")).Should().BeFalse();
    }
}
