namespace Otp.Application.Common.Ports;

/// <summary>Tells outages of what the service depends on from its own bugs.</summary>
public interface IOutageClassifier
{
    /// <summary>Whether the exception means that the database is away or overloaded, so that the request may succeed later.</summary>
    bool IsOutage(Exception exception);
}
