using System.Text.Json;
using Vagus.Fhir.Deriving;
using Vagus.Fhir.R4.Json;
using Vagus.Kernel;

namespace Vagus.Fhir.Profiles;

/// <summary>
/// The profiles that the resources of one write claim. The turn of a write holds up the whole tenant, and a validation takes long: the
/// write is undone where something in it has not been validated, and is run again afterwards.
/// </summary>
internal sealed class ClaimedProfiles(ClaimRule rule)
{
    public const int MostOfResource = 8;

    /// <summary>Claims, of all resources and turns of a write.</summary>
    public const int MostOfWrite = 256;

    private readonly HashSet<string> validated = new(StringComparer.Ordinal);
    private readonly List<JsonElement> open = [];

    public ClaimRule Rule => rule;

    /// <summary>What has to be validated before the write is run again.</summary>
    public IReadOnlyList<JsonElement> Open => open;

    /// <summary>Claims that have been asked for so far.</summary>
    public int Asked { get; set; }

    /// <summary>When the first of them was, as a timestamp of the clock.</summary>
    public long? Began { get; set; }

    /// <summary>A turn begins, maybe anew.</summary>
    public void Begin() => open.Clear();

    /// <summary>Null: all that the write claims has been validated.</summary>
    public Refusal? Refuse(IReadOnlyList<ResourceChange> changes)
    {
        if (rule == ClaimRule.Off) return null;
        foreach (var change in changes)
        {
            if (change.After is not { } resource || Of(resource).Count == 0 || validated.Contains(resource.GetRawText())) continue;
            open.Add(resource);
        }

        return open.Count == 0 ? null : ProfileRefusals.Unvalidated;
    }

    public void Validated(JsonElement resource) => validated.Add(resource.GetRawText());

    /// <summary>The claims of a resource.</summary>
    public static List<string> Of(JsonElement resource)
    {
        if (!resource.TryGetProperty("meta"u8, out var meta) || meta.ValueKind != JsonValueKind.Object) return [];
        if (!meta.TryGetProperty("profile"u8, out var profiles) || profiles.ValueKind != JsonValueKind.Array) return [];
        return [.. profiles.EnumerateArray().Where(each => each.ValueKind == JsonValueKind.String)
            .Select(each => each.GetString() ?? "").Where(text => text.Length > 0).Distinct(StringComparer.Ordinal)];
    }
}
