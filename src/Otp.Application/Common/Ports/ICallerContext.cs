namespace Otp.Application.Common.Ports;

/// <summary>On whose request the running command acts, for the audit trail. Whatever is not known is <see langword="null"/>.</summary>
public interface ICallerContext
{
    /// <summary>The subject of the caller's token.</summary>
    string? ActorId { get; }

    /// <summary>The address that the request came from.</summary>
    string? ClientIp { get; }

    /// <summary>The trace of the request, as its answer names it.</summary>
    string? TraceId { get; }
}
