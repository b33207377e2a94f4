using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Otp.Infrastructure.Persistence;

/// <summary>The folder for what the service keeps on this machine: the SQLite database, and secrets made for development or one machine.</summary>
/// <param name="path">The folder; it is made when it is first needed.</param>
public sealed class DataDirectory(string path)
{
    private const int SharingViolation = 32;
    private const int WouldBlockOnLinux = 11;
    private const int WouldBlockOnMac = 35;

    private static readonly TimeSpan TurnPatience = TimeSpan.FromSeconds(30);

    /// <summary>The setting that names it.</summary>
    public const string Setting = "DataDirectory";

    /// <summary>The configured folder, or <c>data</c> in the current one.</summary>
    public static DataDirectory From(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return new DataDirectory(configuration[Setting] is { Length: > 0 } path ? path : "data");
    }

    /// <summary>The full path.</summary>
    public string FullPath { get; } = Path.GetFullPath(path);

    /// <summary>The full path of a file in it.</summary>
    public string PathOf(string file)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(FullPath);
            }
            else
            {
                // The database in it holds addresses. A folder that is there already keeps the permissions that its owner gave it.
                Directory.CreateDirectory(FullPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unusable(exception.Message);
        }

        return Path.Combine(FullPath, file);
    }

    /// <summary>Reads a secret, or makes it from a cryptographic generator where there is none; only the owner may read the file.</summary>
    /// <param name="file">The file's name.</param>
    /// <param name="length">Bytes.</param>
    /// <exception cref="OptionsValidationException">The file exists and does not hold such a secret.</exception>
    public byte[] ReadOrCreateSecret(string file, int length)
    {
        var target = PathOf(file);
        if (!File.Exists(target))
        {
            // Of processes that start together one makes it, and all read the same. To move a draft into place is not enough: .NET replaces a file
            // that has come up since it looked.
            using var turn = WaitForTurn($"{target}.lock");
            if (!File.Exists(target))
            {
                WriteSecret(target, length);
            }
        }

        // A file that was cut off, by a full disk or a power failure, would be a secret that can be guessed.
        var buffer = new byte[length];
        return Convert.TryFromBase64String(File.ReadAllText(target).Trim(), buffer, out var written) && written == length
            ? buffer
            : throw Unusable($"{target} does not hold {length} bytes in base64. Restore it, or remove it to have a new one made; what the old one protects is then lost.");
    }

    private static FileStream WaitForTurn(string file)
    {
        // A lock of the file system, which ends with its process.
        FileStream? turn = null;
        IOException? failure = null;
        SpinWait.SpinUntil(
            () =>
            {
                try
                {
                    turn = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
                    return true;
                }
                catch (IOException exception)
                {
                    // What else may fail, such as a full disk, is not mended by waiting.
                    failure = exception;
                    return !IsHeldByAnother(exception);
                }
                catch (UnauthorizedAccessException exception)
                {
                    throw Unusable(exception.Message);
                }
            },
            TurnPatience);
        return turn ?? throw Unusable(failure!.Message);
    }

    private static bool IsHeldByAnother(IOException exception) => (exception.HResult & 0xFFFF) is SharingViolation or WouldBlockOnLinux or WouldBlockOnMac;

    private static void WriteSecret(string target, int length)
    {
        // Aside first: who finds the file finds all of it. In containers that share the folder the process ids are alike: the name is drawn.
        var draft = $"{target}.{Path.GetRandomFileName()}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var writer = new StreamWriter(draft, options))
        {
            writer.Write(Convert.ToBase64String(RandomNumberGenerator.GetBytes(length)));
        }

        File.Move(draft, target);
    }

    private static OptionsValidationException Unusable(string reason) =>
        new(Setting, typeof(DataDirectory), [$"{Setting} cannot be used: {reason}"]);
}
