using System.Text.Json;

namespace Vagus.Identity.SecondFactors;

/// <summary>What completes a challenge, as clients send it.</summary>
internal sealed record FactorBody(string? Challenge, string? Code, string? RecoveryCode, JsonElement? Passkey)
{
    /// <summary>Null unless exactly one of the three is shown.</summary>
    public ShownFactor? Shown
    {
        get
        {
            var passkey = Passkey is { ValueKind: JsonValueKind.Object } given ? given : (JsonElement?)null;
            var count = (Code is null ? 0 : 1) + (RecoveryCode is null ? 0 : 1) + (passkey is null ? 0 : 1);
            return count == 1 ? new ShownFactor(Code, RecoveryCode, passkey) : null;
        }
    }
}
