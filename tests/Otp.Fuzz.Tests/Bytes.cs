namespace Otp.Fuzz.Tests;

/// <summary>Bytes that print well.</summary>
internal sealed record Bytes(byte[] Value)
{
    /// <summary>Shorter ones.</summary>
    public static IEnumerable<byte[]> Shrink(byte[] value)
    {
        for (var size = value.Length / 2; size >= Math.Max(1, value.Length / 64); size /= 2)
        {
            for (var from = 0; from + size <= value.Length; from += size)
            {
                yield return [.. value[..from], .. value[(from + size)..]];
            }
        }
    }

    public override string ToString() => Text.Show(Value);
}
