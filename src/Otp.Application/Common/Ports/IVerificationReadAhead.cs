namespace Otp.Application.Common.Ports;

/// <summary>Reads what the command or query of a scope begins with, before it is sent.</summary>
public interface IVerificationReadAhead
{
    /// <summary>
    /// Reads a user's verification, so that whoever asks the repository for it first, in this scope, need not wait. A command that then finds it changed is run
    /// again on fresh data, as always. Where reading does not wait for anything, nothing is done.
    /// </summary>
    /// <param name="userId">The user; there need not be a verification.</param>
    /// <param name="use">What will be done with it.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    Task ReadAsync(string userId, VerificationUse use, CancellationToken cancellationToken);
}
