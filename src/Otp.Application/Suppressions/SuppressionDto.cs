using Otp.Domain.Recipients;

namespace Otp.Application.Suppressions;

/// <summary>An address that gets no mail.</summary>
/// <param name="Email">The address, in the form in which addresses are compared.</param>
/// <param name="Reason">Why.</param>
/// <param name="CreatedAt">Since when (UTC).</param>
public sealed record SuppressionDto(string Email, SuppressionReason Reason, DateTimeOffset CreatedAt);

/// <summary>Some of the addresses, in their order.</summary>
/// <param name="Items">The addresses.</param>
/// <param name="Next">What to give as <c>after</c> for those that follow; absent where none do.</param>
public sealed record SuppressionPageDto(IReadOnlyList<SuppressionDto> Items, string? Next = null);
