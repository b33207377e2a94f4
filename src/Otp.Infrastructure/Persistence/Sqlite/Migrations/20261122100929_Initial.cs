using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Otp.Infrastructure.Persistence.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "email_verifications",
                columns: table => new
                {
                    user_id = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    resource_owner = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    address = table.Column<string>(type: "TEXT", maxLength: 254, nullable: true),
                    verified_at = table.Column<long>(type: "INTEGER", nullable: true),
                    last_verified_address = table.Column<string>(type: "TEXT", maxLength: 254, nullable: true),
                    is_address_owned_by_provider = table.Column<bool>(type: "INTEGER", nullable: false),
                    identity_as_of = table.Column<long>(type: "INTEGER", nullable: true),
                    display_name = table.Column<string>(type: "TEXT", maxLength: 200, nullable: true),
                    locale = table.Column<string>(type: "TEXT", maxLength: 35, nullable: true),
                    budget_epoch = table.Column<int>(type: "INTEGER", nullable: false),
                    budget_failed_attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    budget_guessed_address = table.Column<string>(type: "TEXT", maxLength: 254, nullable: true),
                    budget_last_failed_at = table.Column<long>(type: "INTEGER", nullable: true),
                    budget_last_lock = table.Column<long>(type: "INTEGER", nullable: true),
                    budget_locked_until = table.Column<long>(type: "INTEGER", nullable: true),
                    slot_delivery_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    slot_resend_available_at = table.Column<long>(type: "INTEGER", nullable: true),
                    slot_passcode_created_at = table.Column<long>(type: "INTEGER", nullable: true),
                    slot_passcode_epoch = table.Column<int>(type: "INTEGER", nullable: true),
                    slot_passcode_expires_at = table.Column<long>(type: "INTEGER", nullable: true),
                    slot_passcode_max_attempts = table.Column<int>(type: "INTEGER", nullable: true),
                    slot_passcode_hash_key_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    slot_passcode_hash_value = table.Column<byte[]>(type: "BLOB", maxLength: 32, nullable: true),
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    changed_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_email_verifications", x => x.user_id);
                });

            migrationBuilder.CreateTable(
                name: "mailbox_messages",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    recipient = table.Column<string>(type: "TEXT", maxLength: 254, nullable: false),
                    sent_at = table.Column<long>(type: "INTEGER", nullable: false),
                    content = table.Column<byte[]>(type: "BLOB", maxLength: 262144, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_mailbox_messages", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "outbox_messages",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    user_id = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    kind = table.Column<short>(type: "INTEGER", nullable: false),
                    subject_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    state_changed_at = table.Column<long>(type: "INTEGER", nullable: false),
                    due_at = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: true),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    lease_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    reason = table.Column<string>(type: "TEXT", maxLength: 200, nullable: true),
                    content = table.Column<byte[]>(type: "BLOB", maxLength: 8192, nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_outbox_messages", x => new { x.id, x.user_id });
                });

            migrationBuilder.CreateTable(
                name: "recipient_allowances",
                columns: table => new
                {
                    recipient = table.Column<string>(type: "TEXT", maxLength: 254, nullable: false),
                    user_id = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    counter = table.Column<short>(type: "INTEGER", nullable: false),
                    sent_at = table.Column<string>(type: "TEXT", nullable: false),
                    summary_due_at = table.Column<long>(type: "INTEGER", nullable: true),
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    changed_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_recipient_allowances", x => new { x.recipient, x.user_id, x.counter });
                });

            migrationBuilder.CreateIndex(
                name: "ix_mailbox_messages_sent_at",
                table: "mailbox_messages",
                column: "sent_at");

            migrationBuilder.CreateIndex(
                name: "ix_outbox_messages_due_at",
                table: "outbox_messages",
                column: "due_at",
                filter: "state = 'Queued'");

            migrationBuilder.CreateIndex(
                name: "ix_outbox_messages_expires_at",
                table: "outbox_messages",
                column: "expires_at",
                filter: "state = 'Failed' AND content IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "email_verifications");

            migrationBuilder.DropTable(
                name: "mailbox_messages");

            migrationBuilder.DropTable(
                name: "outbox_messages");

            migrationBuilder.DropTable(
                name: "recipient_allowances");
        }
    }
}
