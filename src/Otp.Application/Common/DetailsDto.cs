namespace Otp.Application.Common;

/// <summary>The version of the thing that a request was about.</summary>
public sealed record DetailsDto
{
    /// <summary>Counts its changes; starts at 1. A string, since it is a 64-bit number.</summary>
    public required string Sequence { get; init; }

    /// <summary>When it was made (UTC).</summary>
    public required DateTimeOffset CreationDate { get; init; }

    /// <summary>When it was last changed (UTC).</summary>
    public required DateTimeOffset ChangeDate { get; init; }

    /// <summary>The organisation that the user belongs to.</summary>
    public required string ResourceOwner { get; init; }
}
