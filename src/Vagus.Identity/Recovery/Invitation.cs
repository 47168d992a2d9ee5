using System.Text.Json.Serialization;
using Vagus.Identity.Doors;
using Vagus.Kernel;

namespace Vagus.Identity.Recovery;

/// <summary>An invitation that was made; the code only where it is handed over on paper.</summary>
public sealed record Invitation(
    DateTimeOffset ExpiresAt, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Code)
{
    /// <summary>The field <c>deliver</c>: <c>email</c>, which it is when it is absent, or <c>code</c>.</summary>
    internal static Result<bool> IsByMail(RequestFields fields)
    {
        var deliver = fields.OptionalText("deliver");
        if (deliver.Refusal is { } refusal) return refusal;
        return deliver.Value switch
        {
            null or "email" => true,
            "code" => false,
            _ => FieldRefusals.Wrong("deliver", "'email' or 'code'"),
        };
    }
}
