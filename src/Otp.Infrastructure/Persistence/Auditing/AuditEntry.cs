using Otp.Domain.Auditing;
using Otp.Domain.Passcodes;

namespace Otp.Infrastructure.Persistence.Auditing;

/// <summary>An entry of the audit trail, as it stands in the database. It is added, and never changed.</summary>
internal sealed class AuditEntry : IUserRow
{
    public const int MaxClientIpLength = 45;
    public const int MaxTraceIdLength = 64;

    public Guid Id { get; init; }

    public required string UserId { get; init; }

    public AuditAction Action { get; init; }

    public PasscodePurpose? Purpose { get; init; }

    public GuessOutcome? Outcome { get; init; }

    public Guid? SubjectId { get; init; }

    public Guid? DeliveryId { get; init; }

    public string? ActorId { get; init; }

    public string? ClientIp { get; init; }

    public string? TraceId { get; init; }

    public DateTimeOffset OccurredAt { get; init; }
}
