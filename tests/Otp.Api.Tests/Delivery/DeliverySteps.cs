using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Otp.Infrastructure.Persistence;
using Otp.TestKit;

namespace Otp.Api.Tests.Delivery;

/// <summary>What the tests of this folder do again and again.</summary>
internal static class DeliverySteps
{
    public const string Read = "otp.users.read";
    public const string Write = "otp.users.write";
    public const string Instance = "otp.instance";

    /// <summary>Somebody of the default organisation with a permission.</summary>
    public static OtpCaller With(this OtpServer server, string permission) => server.As("operator", null, ("permissions", permission));

    /// <summary>The mail that was queued last.</summary>
    public static async Task<string> NewestDeliveryAsync(this OtpServer server) =>
        (string)(await server.With(Read).GetAsync("api/v1/deliveries")).Results["items"]![0]!["deliveryId"]!;

    /// <summary>Rows in the database.</summary>
    /// <param name="server">The service.</param>
    /// <param name="rows">What follows <c>FROM</c>.</param>
    public static async Task<int> CountAsync(this OtpServer server, string rows)
    {
        await using var scope = server.Services.CreateAsyncScope();
        var sql = FormattableStringFactory.Create($"SELECT CAST(COUNT(*) AS INTEGER) AS \"Value\" FROM {rows}");
        return await scope.ServiceProvider.GetRequiredService<OtpDbContext>().Database.SqlQuery<int>(sql).SingleAsync();
    }
}
