using System.Runtime.InteropServices;
using Otp.Api.Hosting;

namespace Otp.Api.Tests.Hosting;

public sealed class NativeHeapTests
{
    /// <summary>Where the GNU C library puts a block that is a mapping of its own: its header, of two words, is at the start of a page.</summary>
    private const int HeaderBytes = 16;

    /// <summary>More than what is given back, less than what the library gives back by itself (128 KiB).</summary>
    private const int LargeBlock = 100 * 1024;

    [Fact]
    public async Task Run_OnTheGnuLibrary_ShouldGiveBackLargeBlocks()
    {
        RuntimeInformation.RuntimeIdentifier.Should().StartWith("linux-").And.NotContain("musl", "the tests run on it");
        (await OtpHost.RunAsync(["keys", "new"])).Should().Be(0);

        var blocks = Enumerable.Range(0, 8).Select(_ => Marshal.AllocHGlobal(LargeBlock)).ToList();
        try
        {
            blocks.Should().OnlyContain(block => block.ToInt64() % Environment.SystemPageSize == HeaderBytes);
        }
        finally
        {
            blocks.ForEach(Marshal.FreeHGlobal);
        }
    }
}
