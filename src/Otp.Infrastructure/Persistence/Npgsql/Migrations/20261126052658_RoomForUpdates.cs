using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Otp.Infrastructure.Persistence.Npgsql.Migrations
{
    /// <summary>
    /// Rows that are updated again and again, in no indexed column, leave room in their page for the next version: then no index is written (a HOT update).
    /// Their dead versions are few, and cleared away early.
    /// </summary>
    public partial class RoomForUpdates : Migration
    {
        private static readonly string[] UpdatedTables = ["email_verifications", "recipient_allowances", "user_factors", "otp_email_factors", "otp_email_challenges"];

        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            foreach (var table in UpdatedTables)
            {
                migrationBuilder.Sql($"ALTER TABLE {table} SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);");
            }
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            foreach (var table in UpdatedTables)
            {
                migrationBuilder.Sql($"ALTER TABLE {table} RESET (fillfactor, autovacuum_vacuum_scale_factor);");
            }
        }
    }
}
