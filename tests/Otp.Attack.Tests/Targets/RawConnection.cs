using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Otp.TestKit;

namespace Otp.Attack.Tests.Targets;

/// <summary>Sends bytes as they are: what no HTTP client would send.</summary>
public static class RawConnection
{
    /// <summary>At the end of what came back where the other side has not ended.</summary>
    public const string WaitsForMore = "\n(and waits for more)";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Sends, and reads what comes back until the other side ends.</summary>
    /// <param name="process">To whom.</param>
    /// <param name="sent">The bytes, one for each character.</param>
    /// <param name="isIncomplete">Whether the other side must be told that no more comes.</param>
    public static async Task<string> SendAsync(OtpProcess process, string sent, bool isIncomplete = false)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var client = new TcpClient();
        await client.ConnectAsync(process.Client.BaseAddress!.Host, process.Client.BaseAddress.Port, patience.Token);
        var stream = client.GetStream();
        var answer = new StringBuilder();
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(sent), patience.Token);
            if (isIncomplete)
            {
                client.Client.Shutdown(SocketShutdown.Send);
            }

            var buffer = new byte[64 * 1024];
            int read;
            while ((read = await stream.ReadAsync(buffer, patience.Token)) > 0)
            {
                answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
        }
        catch (IOException)
        {
            // Cut off while we were still sending: that is a refusal, too.
        }
        catch (OperationCanceledException)
        {
            answer.Append(WaitsForMore);
        }

        return answer.ToString();
    }

    /// <summary>The statuses of all answers in what came back.</summary>
    public static IReadOnlyList<int> StatusesIn(string answer) =>
        [.. answer.Split('\n').Where(line => line.StartsWith("HTTP/1.", StringComparison.Ordinal)).Select(line => int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture))];
}
