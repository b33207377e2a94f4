using System.Runtime.InteropServices;
using Otp.Api.Hosting;

namespace Otp.Api.Tests.Hosting;

public sealed class NativeHeapTests
{
    /// <summary>Where the GNU C library puts a block that is a mapping of its own, given back when it is free: behind a header of two words, at the start of a page.</summary>
    private const int HeaderBytes = 16;

    /// <summary>More than what is given back, less than what the library gives back by itself (128 KiB).</summary>
    private const int LargeBlock = 100 * 1024;

    /// <summary>What a heap has free is used first: more than that, which is not touched.</summary>
    private const int ManyBlocks = 2_000;

    [Fact]
    public async Task Run_OnTheGnuLibrary_ShouldGiveBackLargeBlocks()
    {
        RuntimeInformation.RuntimeIdentifier.Should().StartWith("linux-").And.NotContain("musl", "the tests run on it");
        (await OtpHost.RunAsync(["keys", "new"])).Should().Be(0);

        var blocks = Enumerable.Range(0, ManyBlocks).Select(_ => Marshal.AllocHGlobal(LargeBlock)).ToList();
        try
        {
            blocks[^100..].Should().OnlyContain(block => block.ToInt64() % Environment.SystemPageSize == HeaderBytes);
        }
        finally
        {
            blocks.ForEach(Marshal.FreeHGlobal);
        }
    }
}
