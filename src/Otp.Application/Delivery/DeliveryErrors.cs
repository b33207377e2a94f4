using Otp.Domain.Common;

namespace Otp.Application.Delivery;

/// <summary>All refusals about mails.</summary>
public static class DeliveryErrors
{
    /// <summary>There is no such mail, or not for this caller.</summary>
    public static readonly DomainError NotFound = new("Delivery.NotFound", ErrorKind.NotFound, "There is no such delivery");

    /// <summary>There is no key to check reports with, so none is taken.</summary>
    public static readonly DomainError ReportsNotTaken = new("Delivery.ReportsNotTaken", ErrorKind.NotFound, "There is nothing at this address");

    /// <summary>Somebody else has made the report, or too long ago.</summary>
    public static readonly DomainError ReportNotAuthentic = new(
        "Delivery.ReportNotAuthentic", ErrorKind.Unauthenticated, "The signature is missing, too old, or not of this body");

    /// <summary>The report is not what the provider sends.</summary>
    public static readonly DomainError ReportUnreadable = new(
        "Delivery.ReportUnreadable", ErrorKind.InvalidArgument, "The body is not a list of events in JSON");

    /// <summary>Only a failed mail with a live code can be tried again.</summary>
    public static readonly DomainError NotRetryable = new(
        "Delivery.NotRetryable", ErrorKind.FailedPrecondition, "Only a failed delivery whose passcode still lives can be tried again");
}
