namespace Otp.Application.Common.Ports;

/// <summary>The users that the service knows: those who have made a command, or for whom one was made.</summary>
public interface IUserDirectory
{
    /// <summary>
    /// Whether there is such a user in a scope. One question: whether a user is unknown, or of others, must not show, also not by the time that it takes.
    /// </summary>
    Task<bool> KnowsAsync(string userId, OwnerScope scope, CancellationToken cancellationToken);
}
