using Otp.Domain.Common;

namespace Otp.Application.Users;

/// <summary>Refusals about users.</summary>
public static class UserErrors
{
    /// <summary>The user is not known, or belongs to an organisation that the caller does not act for.</summary>
    public static readonly DomainError NotFound = new("User.NotFound", ErrorKind.NotFound, "User could not be found");

    /// <summary>The caller does not have the permission.</summary>
    public static readonly DomainError PermissionDenied = new("User.PermissionDenied", ErrorKind.PermissionDenied, "No matching permissions found");
}
