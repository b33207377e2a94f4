using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Otp.Infrastructure.Persistence.Npgsql.Migrations
{
    /// <summary>The indexes of <see cref="Npgsql.SmallIndexes"/>. EF Core's model knows none of expressions: they stand here alone.</summary>
    public partial class SmallIndexes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // Both at once, in the order in which most commands write.
            migrationBuilder.Sql("LOCK TABLE audit_entries, outbox_messages IN ACCESS EXCLUSIVE MODE;");

            migrationBuilder.DropPrimaryKey(
                name: "pk_outbox_messages",
                table: "outbox_messages");

            migrationBuilder.DropIndex(
                name: "ix_outbox_messages_id",
                table: "outbox_messages");

            migrationBuilder.DropIndex(
                name: "ix_outbox_messages_recipient_digest_id",
                table: "outbox_messages");

            migrationBuilder.DropPrimaryKey(
                name: "pk_audit_entries",
                table: "audit_entries");

            migrationBuilder.DropIndex(
                name: "ix_audit_entries_id",
                table: "audit_entries");

            migrationBuilder.AddPrimaryKey(
                name: "pk_outbox_messages",
                table: "outbox_messages",
                columns: new[] { "id", "user_id" });

            migrationBuilder.AddPrimaryKey(
                name: "pk_audit_entries",
                table: "audit_entries",
                columns: new[] { "id", "user_id" });

            migrationBuilder.Sql("CREATE INDEX ix_outbox_messages_user ON outbox_messages (hashtext(user_id));");
            migrationBuilder.Sql("CREATE INDEX ix_outbox_messages_recipient ON outbox_messages (substring(recipient_digest, 1, 7));");
            migrationBuilder.Sql("CREATE INDEX ix_audit_entries_user ON audit_entries (hashtext(user_id));");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            // Both at once, in the order in which most commands write.
            migrationBuilder.Sql("LOCK TABLE audit_entries, outbox_messages IN ACCESS EXCLUSIVE MODE;");

            migrationBuilder.Sql("DROP INDEX ix_audit_entries_user;");
            migrationBuilder.Sql("DROP INDEX ix_outbox_messages_recipient;");
            migrationBuilder.Sql("DROP INDEX ix_outbox_messages_user;");

            migrationBuilder.DropPrimaryKey(
                name: "pk_outbox_messages",
                table: "outbox_messages");

            migrationBuilder.DropPrimaryKey(
                name: "pk_audit_entries",
                table: "audit_entries");

            migrationBuilder.AddPrimaryKey(
                name: "pk_outbox_messages",
                table: "outbox_messages",
                columns: new[] { "user_id", "id" });

            migrationBuilder.AddPrimaryKey(
                name: "pk_audit_entries",
                table: "audit_entries",
                columns: new[] { "user_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_outbox_messages_id",
                table: "outbox_messages",
                column: "id");

            migrationBuilder.CreateIndex(
                name: "ix_outbox_messages_recipient_digest_id",
                table: "outbox_messages",
                columns: new[] { "recipient_digest", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_audit_entries_id",
                table: "audit_entries",
                column: "id");
        }
    }
}
