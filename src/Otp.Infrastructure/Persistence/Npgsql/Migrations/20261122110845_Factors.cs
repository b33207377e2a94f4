using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Otp.Infrastructure.Persistence.Npgsql.Migrations
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
                    user_id = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    budget_epoch = table.Column<int>(type: "integer", nullable: false),
                    budget_failed_attempts = table.Column<int>(type: "integer", nullable: false),
                    budget_guessed_address = table.Column<string>(type: "character varying(254)", maxLength: 254, nullable: true),
                    budget_last_failed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    budget_last_lock = table.Column<long>(type: "bigint", nullable: true),
                    budget_locked_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    changed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_user_factors", x => x.user_id);
                });

            migrationBuilder.CreateTable(
                name: "otp_email_challenges",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    factor_id = table.Column<Guid>(type: "uuid", nullable: false),
                    address = table.Column<string>(type: "character varying(254)", maxLength: 254, nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    verified_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    passcode_expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    slot_delivery_id = table.Column<Guid>(type: "uuid", nullable: true),
                    slot_resend_available_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    slot_passcode_created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    slot_passcode_epoch = table.Column<int>(type: "integer", nullable: true),
                    slot_passcode_expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    slot_passcode_max_attempts = table.Column<int>(type: "integer", nullable: true),
                    slot_passcode_hash_key_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    slot_passcode_hash_value = table.Column<byte[]>(type: "bytea", maxLength: 32, nullable: true)
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
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    user_id = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    address = table.Column<string>(type: "character varying(254)", maxLength: 254, nullable: false),
                    canonical_address = table.Column<string>(type: "character varying(254)", maxLength: 254, nullable: true),
                    state = table.Column<short>(type: "smallint", nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    changed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    slot_delivery_id = table.Column<Guid>(type: "uuid", nullable: true),
                    slot_resend_available_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    slot_passcode_created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    slot_passcode_epoch = table.Column<int>(type: "integer", nullable: true),
                    slot_passcode_expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    slot_passcode_max_attempts = table.Column<int>(type: "integer", nullable: true),
                    slot_passcode_hash_key_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    slot_passcode_hash_value = table.Column<byte[]>(type: "bytea", maxLength: 32, nullable: true)
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
