namespace Otp.Application.Common.Ports;

/// <summary>The users that the service knows: those who have made a command, or for whom one was made.</summary>
public interface IUserDirectory
{
    /// <summary>The organisation that a user belongs to, or <see langword="null"/> where the user is not known.</summary>
    Task<string?> FindResourceOwnerAsync(string userId, CancellationToken cancellationToken);
}
