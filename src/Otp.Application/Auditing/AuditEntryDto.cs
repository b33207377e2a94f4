using Otp.Domain.Auditing;
using Otp.Domain.Passcodes;

namespace Otp.Application.Auditing;

/// <summary>Something that has happened.</summary>
public sealed record AuditEntryDto
{
    /// <summary>Its id, in the order of the entries.</summary>
    public required Guid Id { get; init; }

    /// <summary>When (UTC).</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>What.</summary>
    public required AuditAction Action { get; init; }

    /// <summary>To whom.</summary>
    public required string UserId { get; init; }

    /// <summary>By whom: the subject of the caller's token; absent where nobody called.</summary>
    public string? ActorId { get; init; }

    /// <summary>Where the request came from; absent where nobody called.</summary>
    public string? ClientIp { get; init; }

    /// <summary>The trace of the request; absent where nobody called.</summary>
    public string? TraceId { get; init; }

    /// <summary>What the code is for; absent where it is about no code.</summary>
    public PasscodePurpose? Purpose { get; init; }

    /// <summary>Why a guess was rejected; absent for anything else.</summary>
    public GuessOutcome? Outcome { get; init; }

    /// <summary>The factor or the challenge; absent for what is about the address.</summary>
    public Guid? SubjectId { get; init; }

    /// <summary>The mail that carried the code; absent where none did.</summary>
    public Guid? DeliveryId { get; init; }
}

/// <summary>Some of the entries, newest first.</summary>
/// <param name="Items">The entries.</param>
/// <param name="Next">What to give as <c>after</c> for those that follow; absent where none do.</param>
public sealed record AuditPageDto(IReadOnlyList<AuditEntryDto> Items, Guid? Next = null);
