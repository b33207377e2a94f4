using Otp.Application.Delivery;

namespace Otp.Application.Common.Ports;

/// <summary>Takes mails that are sent if, and only if, the command that queues them commits.</summary>
public interface IEmailOutbox
{
    /// <summary>Queues a mail as part of the unit of work.</summary>
    void Enqueue(OutgoingMail mail);
}
