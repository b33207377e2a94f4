#!/usr/bin/env bash
# The service as a target of the side-by-side benchmark: VERB as the harness calls it. See build/bench.
set -euo pipefail

# Production, as it ships. What one machine that plays all clients cannot keep is lifted: limits per client and recipient, and the wait between two codes.
# Attempts are limited as always; no user is sent twice in a cell. Codes live as long as they may, so that one run does not outlive them.
settings() {
    export ASPNETCORE_ENVIRONMENT=Production DOTNET_CLI_TELEMETRY_OPTOUT=1
    export Database__Provider=PostgreSql
    export ConnectionStrings__Otp="Host=$PGHOST;Port=$PGPORT;Username=$PGUSER;Database=$PGDATABASE${OTP_BENCH_CONNECTION:-}"
    export Protection__Keys__0__Id=bench Protection__Keys__0__Key=YmVuY2hiZW5jaGJlbmNoYmVuY2hiZW5jaGJlbmNoYmU=
    export Authentication__Schemes__Bearer__ValidIssuer=$JWT_ISS Authentication__Schemes__Bearer__ValidAudiences__0=$JWT_AUD
    export Authentication__Schemes__Bearer__SigningKeys__0__Issuer=$JWT_ISS
    Authentication__Schemes__Bearer__SigningKeys__0__Value=$(printf %s "$JWT_KEY" | base64 -w0)
    export Authentication__Schemes__Bearer__SigningKeys__0__Value
    export Limits__RecipientBurst__Enabled=false Limits__RecipientDaily__Enabled=false Limits__ClientSends__Enabled=false Limits__ClientGuesses__Enabled=false
    export Passcodes__EmailVerification__ResendInterval=00:00:00 Passcodes__EmailVerification__Lifetime=1.00:00:00
    export Email__From__Address=otp@example.com Email__SendGrid__ApiKey=SG.bench
    export Delivery__Enabled=false
    if [ -n "${OTP_BENCH_PROVIDER:-}" ]; then
        # Production calls a provider by https alone.
        export ASPNETCORE_ENVIRONMENT=Staging Delivery__Enabled=true Email__Provider=SendGrid Email__SendGrid__BaseUrl=$OTP_BENCH_PROVIDER
    fi
    # A container that builds runs as root.
    export Hosting__AllowRoot=true
}
sql() { psql -X -q -v ON_ERROR_STOP=1 "$@"; }

case "$1" in
    install)
        : "${OTP_BENCH_SOURCE:?the folder of the repository}"
        dotnet publish "$OTP_BENCH_SOURCE/src/Otp.Api" -c Release -r linux-x64 --self-contained false -o "$WORK/service" --nologo -v q >&2
        dotnet publish "$OTP_BENCH_SOURCE/build/Bench" -c Release -o "$WORK/tool" --nologo -v q >&2
        ;;
    init)
        settings
        (cd "$WORK/tool" && dotnet Otp.Bench.dll seed "$USERS")
        sql -c 'CREATE TABLE bench_kept AS SELECT * FROM email_verifications' -c 'VACUUM ANALYZE'
        ;;
    start)
        settings
        cd "$WORK/service"
        exec dotnet Otp.Api.dll --urls="http://127.0.0.1:$PORT"
        ;;
    reset)
        # Every user as after 'init': not verified, with an open code, no attempt used.
        columns=$(sql -At -c "SELECT string_agg(format('%I = kept.%I', attname, attname), ', ') FROM pg_attribute WHERE attrelid = 'email_verifications'::regclass AND attnum > 0 AND NOT attisdropped")
        sql -c "UPDATE email_verifications AS now SET $columns FROM bench_kept AS kept WHERE kept.user_id = now.user_id AND (now.budget_failed_attempts > 0 OR now.verified_at IS NOT NULL OR now.sequence <> kept.sequence)" \
            -c 'VACUUM ANALYZE email_verifications'
        ;;
    vars)
        if [ "${2:-}" = right ]; then
            settings
            (cd "$WORK/tool" && dotnet Otp.Bench.dll codes)
        fi
        ;;
    counted) sql -At -c 'SELECT coalesce(sum(budget_failed_attempts), 0) FROM email_verifications' ;;
    codes) sql -At -c 'SELECT count(*) FROM outbox_messages' ;;
    *) exit 0 ;;
esac
