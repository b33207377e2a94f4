using Npgsql;
using Otp.Infrastructure.Persistence.Npgsql;

namespace Otp.Infrastructure.Tests.Persistence;

public sealed class NpgsqlDefaultsTests
{
    [Fact]
    public void AddTo_WhenNothingIsSaid_ShouldHaveStatementsPreparedAndKeepTheRest()
    {
        var connection = new NpgsqlConnectionStringBuilder(NpgsqlDefaults.AddTo("Host=db;Username=otp;Password='a;b=c';Maximum Pool Size=7"));

        connection.MaxAutoPrepare.Should().BePositive();
        connection.AutoPrepareMinUsages.Should().Be(2);
        (connection.Host, connection.Username, connection.Password, connection.MaxPoolSize).Should().Be(("db", "otp", "a;b=c", 7));
    }

    [Theory]
    [InlineData("Host=db;Max Auto Prepare=0")]
    [InlineData("Host=db;MaxAutoPrepare=10")]
    [InlineData("Host=db;max auto prepare=0")]
    [InlineData(null)]
    public void AddTo_WhenTheOperatorHasDecided_ShouldChangeNothing(string? connectionString) =>
        NpgsqlDefaults.AddTo(connectionString).Should().Be(connectionString);
}
