using System.Text.Json.Serialization;
using Otp.Domain.OtpEmailFactors;

namespace Otp.Api.Requests;

/// <summary>The state of a factor.</summary>
public enum AuthFactorState
{
    /// <summary>Added; the address is not proven yet.</summary>
    [JsonStringEnumMemberName("AUTH_FACTOR_STATE_NOT_READY")]
    NotReady = FactorState.NotReady,

    /// <summary>It can be used.</summary>
    [JsonStringEnumMemberName("AUTH_FACTOR_STATE_READY")]
    Ready = FactorState.Ready,

    /// <summary>It is gone.</summary>
    [JsonStringEnumMemberName("AUTH_FACTOR_STATE_REMOVED")]
    Removed = FactorState.Removed,
}

/// <summary>The kinds of factors that a search can ask for; this service has those by e-mail alone.</summary>
public enum AuthFactorKind
{
    /// <summary>By an app.</summary>
    [JsonStringEnumMemberName("OTP")]
    Otp,

    /// <summary>By a text message.</summary>
    [JsonStringEnumMemberName("OTP_SMS")]
    OtpSms,

    /// <summary>By e-mail.</summary>
    [JsonStringEnumMemberName("OTP_EMAIL")]
    OtpEmail,

    /// <summary>By a key.</summary>
    [JsonStringEnumMemberName("U2F")]
    U2F,
}

/// <summary>The body of <c>ListAuthenticationFactors</c>.</summary>
public sealed class ListFactorsRequest
{
    /// <summary>Only factors of these kinds; of all where it is absent or empty.</summary>
    public IReadOnlyList<AuthFactorKind>? AuthFactors { get; set; }

    /// <summary>Only factors in these states; those that are not removed where it is absent or empty.</summary>
    public IReadOnlyList<AuthFactorState>? States { get; set; }

    /// <summary>The states that are asked for: none where no kind of ours is.</summary>
    internal static IReadOnlyCollection<FactorState> StatesOf(ListFactorsRequest? request)
    {
        if (request?.AuthFactors is { Count: > 0 } kinds && !kinds.Contains(AuthFactorKind.OtpEmail))
        {
            return [];
        }

        return request?.States is { Count: > 0 } states ? [.. states.Select(state => (FactorState)state)] : [FactorState.NotReady, FactorState.Ready];
    }
}
