namespace Otp.Domain.Common;

/// <summary>A caller did what the aggregate had said it refuses: a bug, since every refusal can be asked for before.</summary>
/// <param name="refusal">Why it refuses.</param>
public sealed class RefusedException(DomainError refusal) : InvalidOperationException($"Refused: {refusal?.Code}.")
{
    internal static void ThrowIf(DomainError? refusal)
    {
        if (refusal is not null)
        {
            throw new RefusedException(refusal);
        }
    }
}
