using System.Net.Sockets;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Otp.Fuzz.Tests.Http;

[Collection(FuzzServersCollection.Name)]
public sealed class WireFuzzTests(FuzzServers servers)
{
    private static readonly Gen<string> Requests =
        from method in Gen.Elements("GET", "POST", "HEAD", "PUT", "PRI", "CONNECT", "g\u00e9t", "")
        from target in Gen.Elements("/api/v1/user/me/email/status", "/v2/users/x/email", "*", "http://evil.example/api/v1/audit", "//evil.example/", "/a b", "/%00", "/\u00e9", "/..", "/webhooks/sendgrid/events", "/?passcode=\u0000", "")
        from version in Gen.Elements("HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/1.2", "http/1.1", "")
        from headers in Gen.Elements(
            "Host: x\r\n", "Content-Length: 2\r\n", "Content-Length: -1\r\n", "Content-Length: 99999999999999999999\r\n", "Content-Length: 2\r\nContent-Length: 3\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: x, chunked\r\n", "Expect: 100-continue\r\n",
            "Content-Type: application/json\r\n", "Authorization: Bearer \u0001\r\n", "X : y\r\n", " folded\r\n", ": y\r\n", "Connection: close\r\n", "Upgrade: h2c\r\nConnection: upgrade\r\n", "X: \u00ff\r\n", "Accept: \u0000\r\n").ArrayOf(3)
        from body in Gen.Elements("{}", "2\r\n{}\r\n0\r\n\r\n", "ffffffffffffffff\r\n", "-1\r\n", "", "x")
        select $"{method} {target} {version}\r\nHost: otp.example\r\n{string.Concat(headers)}\r\n{body}";

    [Fact]
    [Trait("Requirement", "SEC-22")]
    public void Wire_WhenItCarriesAnything_ShouldBeAnsweredBelow500OrClosed() =>
        Fuzz.CheckAsync(Texts.AlmostRight(Requests, 100_000).ToArbitrary(), 500, async text =>
        {
            var bytes = Encoding.Latin1.GetBytes(text.Value);
            foreach (var server in servers.All)
            {
                var answer = await SayAsync(server.Client.BaseAddress!.Port, bytes);

                // 505, of the web server itself, is about the version of HTTP alone.
                answer.Split("\r\n").Where(line => line.StartsWith("HTTP/1.", StringComparison.Ordinal))
                    .Any(line => line.Length < 12 || (line[9] is < '1' or > '4' && line[9..12] != "505")).Should().BeFalse(Text.Show(answer));
                server.TakeErrors().Should().BeEmpty();
            }
        });

    private static async Task<string> SayAsync(int port, byte[] bytes)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        var answer = new StringBuilder();
        try
        {
            await client.Client.SendAsync(bytes);
            client.Client.Shutdown(SocketShutdown.Send);
            var buffer = new byte[8192];
            while (await client.Client.ReceiveAsync(buffer) is var count and > 0)
            {
                answer.Append(Encoding.Latin1.GetString(buffer, 0, count));
            }
        }
        catch (SocketException)
        {
            // It had enough; what was read until then counts.
        }

        return answer.ToString();
    }
}
