namespace Otp.Application.Delivery;

/// <summary>What became of a mail, as the API shows it.</summary>
/// <param name="State">The newest state.</param>
/// <param name="ChangedAt">Since when (UTC).</param>
public sealed record DeliveryDto(DeliveryState State, DateTimeOffset ChangedAt);
