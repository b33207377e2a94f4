using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Otp.Infrastructure.Persistence.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Deliveries : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<byte[]>(
                name: "recipient_digest",
                table: "outbox_messages",
                type: "BLOB",
                maxLength: 32,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "reported_at",
                table: "outbox_messages",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "delivery_reports",
                columns: table => new
                {
                    event_id = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    user_id = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    delivery_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    type = table.Column<short>(type: "INTEGER", nullable: false),
                    occurred_at = table.Column<long>(type: "INTEGER", nullable: false),
                    recorded_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_delivery_reports", x => new { x.event_id, x.user_id });
                });

            migrationBuilder.CreateTable(
                name: "suppressions",
                columns: table => new
                {
                    address = table.Column<string>(type: "TEXT", maxLength: 254, nullable: false),
                    reason = table.Column<short>(type: "INTEGER", nullable: false),
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    changed_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_suppressions", x => x.address);
                });

            migrationBuilder.CreateIndex(
                name: "ix_outbox_messages_recipient_digest_id",
                table: "outbox_messages",
                columns: new[] { "recipient_digest", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_outbox_messages_user_id_id",
                table: "outbox_messages",
                columns: new[] { "user_id", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "delivery_reports");

            migrationBuilder.DropTable(
                name: "suppressions");

            migrationBuilder.DropIndex(
                name: "ix_outbox_messages_recipient_digest_id",
                table: "outbox_messages");

            migrationBuilder.DropIndex(
                name: "ix_outbox_messages_user_id_id",
                table: "outbox_messages");

            migrationBuilder.DropColumn(
                name: "recipient_digest",
                table: "outbox_messages");

            migrationBuilder.DropColumn(
                name: "reported_at",
                table: "outbox_messages");
        }
    }
}
