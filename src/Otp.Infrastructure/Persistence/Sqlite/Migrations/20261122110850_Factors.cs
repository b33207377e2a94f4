using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Otp.Infrastructure.Persistence.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Factors : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "user_factors",
                columns: table => new
                {
                    user_id = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    budget_epoch = table.Column<int>(type: "INTEGER", nullable: false),
                    budget_failed_attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    budget_guessed_address = table.Column<string>(type: "TEXT", maxLength: 254, nullable: true),
                    budget_last_failed_at = table.Column<long>(type: "INTEGER", nullable: true),
                    budget_last_lock = table.Column<long>(type: "INTEGER", nullable: true),
                    budget_locked_until = table.Column<long>(type: "INTEGER", nullable: true),
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    changed_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_user_factors", x => x.user_id);
                });

            migrationBuilder.CreateTable(
                name: "otp_email_challenges",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    user_id = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    factor_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    address = table.Column<string>(type: "TEXT", maxLength: 254, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    verified_at = table.Column<long>(type: "INTEGER", nullable: true),
                    passcode_expires_at = table.Column<long>(type: "INTEGER", nullable: false),
                    slot_delivery_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    slot_resend_available_at = table.Column<long>(type: "INTEGER", nullable: true),
                    slot_passcode_created_at = table.Column<long>(type: "INTEGER", nullable: true),
                    slot_passcode_epoch = table.Column<int>(type: "INTEGER", nullable: true),
                    slot_passcode_expires_at = table.Column<long>(type: "INTEGER", nullable: true),
                    slot_passcode_max_attempts = table.Column<int>(type: "INTEGER", nullable: true),
                    slot_passcode_hash_key_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    slot_passcode_hash_value = table.Column<byte[]>(type: "BLOB", maxLength: 32, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_otp_email_challenges", x => new { x.user_id, x.id });
                    table.ForeignKey(
                        name: "fk_otp_email_challenges_user_factors_user_id",
                        column: x => x.user_id,
                        principalTable: "user_factors",
                        principalColumn: "user_id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "otp_email_factors",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    user_id = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    address = table.Column<string>(type: "TEXT", maxLength: 254, nullable: false),
                    canonical_address = table.Column<string>(type: "TEXT", maxLength: 254, nullable: true),
                    state = table.Column<short>(type: "INTEGER", nullable: false),
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    changed_at = table.Column<long>(type: "INTEGER", nullable: false),
                    slot_delivery_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    slot_resend_available_at = table.Column<long>(type: "INTEGER", nullable: true),
                    slot_passcode_created_at = table.Column<long>(type: "INTEGER", nullable: true),
                    slot_passcode_epoch = table.Column<int>(type: "INTEGER", nullable: true),
                    slot_passcode_expires_at = table.Column<long>(type: "INTEGER", nullable: true),
                    slot_passcode_max_attempts = table.Column<int>(type: "INTEGER", nullable: true),
                    slot_passcode_hash_key_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    slot_passcode_hash_value = table.Column<byte[]>(type: "BLOB", maxLength: 32, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_otp_email_factors", x => new { x.user_id, x.id });
                    table.ForeignKey(
                        name: "fk_otp_email_factors_user_factors_user_id",
                        column: x => x.user_id,
                        principalTable: "user_factors",
                        principalColumn: "user_id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_otp_email_challenges_created_at",
                table: "otp_email_challenges",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "ix_otp_email_factors_user_id_canonical_address",
                table: "otp_email_factors",
                columns: new[] { "user_id", "canonical_address" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "otp_email_challenges");

            migrationBuilder.DropTable(
                name: "otp_email_factors");

            migrationBuilder.DropTable(
                name: "user_factors");
        }
    }
}
