using System.Reflection;
using Otp.Infrastructure.Persistence;
using Xunit.Sdk;

namespace Otp.TestKit;

/// <summary>Runs a theory once on SQLite and once on PostgreSQL; further values follow the database.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class BothDatabasesAttribute(params object[] values) : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
        [[DatabaseProvider.Sqlite, .. values], [DatabaseProvider.PostgreSql, .. values]];
}
