using System.Runtime.InteropServices;

namespace Otp.Api.Hosting;

/// <summary>The memory that the runtime itself takes from the C library, above all its compiler.</summary>
internal static class NativeHeap
{
    /// <summary>The GNU C library's own name for the setting; whoever sets it has chosen.</summary>
    private const string Setting = "MALLOC_MMAP_THRESHOLD_";

    /// <summary><c>M_MMAP_THRESHOLD</c> of <c>malloc.h</c>.</summary>
    private const int MmapThreshold = -3;

    /// <summary>In bytes: the compiler takes what it needs for a method in such blocks.</summary>
    private const int LargeBlock = 64 * 1024;

    /// <summary>
    /// Has large blocks given back to the system when they are free. The GNU C library keeps them else, each thread's by themselves: some 20 MB, most of which
    /// was needed once, when the hot methods were compiled. Other C libraries are left as they are.
    /// </summary>
    public static void GiveBackLargeBlocks()
    {
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable(Setting) is not null)
        {
            return;
        }

        try
        {
            _ = SetMallocOption(MmapThreshold, LargeBlock);
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            // Not the GNU C library.
        }
    }

    [DllImport("libc.so.6", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetMallocOption(int option, int value);
}
