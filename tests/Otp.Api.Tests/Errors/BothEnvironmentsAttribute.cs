using System.Reflection;
using Xunit.Sdk;

namespace Otp.Api.Tests.Errors;

/// <summary>Runs a theory once in Development and once in Production; further values follow the environment.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class BothEnvironmentsAttribute(params object?[] values) : DataAttribute
{
    public static IReadOnlyList<string> Names { get; } = ["Development", "Production"];

    public override IEnumerable<object?[]> GetData(MethodInfo testMethod) => Names.Select(name => (object?[])[name, .. values]);
}
