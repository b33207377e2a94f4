using System.Reflection;
using Xunit.Sdk;

namespace Otp.Attack.Tests.Targets;

/// <summary>How the service that is attacked runs.</summary>
public enum Setup
{
    /// <summary>Two processes share one PostgreSQL; requests reach them in turn.</summary>
    TwoProcessesOnPostgreSql,

    /// <summary>One process with a file of its own.</summary>
    OneProcessOnSqlite,
}

/// <summary>Runs an attack once on each <see cref="Setup"/>; further values follow it.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class BothTargetsAttribute(params object[] values) : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
        [[Setup.TwoProcessesOnPostgreSql, .. values], [Setup.OneProcessOnSqlite, .. values]];
}
