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
        connection.NoResetOnClose.Should().BeTrue();
        (connection.Host, connection.Username, connection.Password, connection.MaxPoolSize).Should().Be(("db", "otp", "a;b=c", 7));
    }

    [Theory]
    [InlineData("Host=db;Max Auto Prepare=0", 0)]
    [InlineData("Host=db;MaxAutoPrepare=10", 10)]
    [InlineData("Host=db;max auto prepare=0", 0)]
    public void AddTo_WhenTheOperatorHasDecidedHowManyArePrepared_ShouldLeaveThat(string connectionString, int expected) =>
        new NpgsqlConnectionStringBuilder(NpgsqlDefaults.AddTo(connectionString)).MaxAutoPrepare.Should().Be(expected);

    [Theory]
    [InlineData("Host=db;No Reset On Close=false")]
    [InlineData("Host=db;NoResetOnClose=false")]
    public void AddTo_WhenTheOperatorWantsSessionsReset_ShouldLeaveThat(string connectionString) =>
        new NpgsqlConnectionStringBuilder(NpgsqlDefaults.AddTo(connectionString)).NoResetOnClose.Should().BeFalse();

    [Fact]
    public void AddTo_WhenThereIsNoConnectionString_ShouldAddNothing() => NpgsqlDefaults.AddTo(null).Should().BeNull();
}
