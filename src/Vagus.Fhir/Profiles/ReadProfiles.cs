using System.Text.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Profiles;

/// <summary>
/// Reads a profile of a tenant with all that it stands on: base definitions, profiles of its elements, value sets and their code systems.
/// R4's own definitions are never replaced by stored ones.
/// </summary>
internal sealed class ReadProfiles(StoredDefinitions stored, R4Specification r4)
{
    private const int Most = 500;
    private const int MostBytes = 16 * 1024 * 1024;

    private static readonly Refusal TooLarge = FhirRefusals.TooCostly(
        $"A profile stands on at most {Most} definitions of {MostBytes / 1024 / 1024} MiB in all.");

    /// <summary>Whether the tenant or R4 has it.</summary>
    public async ValueTask<bool> Has(TenantId tenant, string canonical, CancellationToken cancel) =>
        r4.Has(canonical) || await stored.Find(tenant, StoredDefinitions.Profile, canonical, cancel) is not null;

    /// <summary>The stored ones alone, in the order in which they were found.</summary>
    public async ValueTask<Result<List<StoredDefinition>>> Run(TenantId tenant, string profile, CancellationToken cancel)
    {
        var read = new List<StoredDefinition>();
        var asked = new HashSet<(string Type, string Canonical)>();
        var open = new Queue<(string Type, string Canonical)>([(StoredDefinitions.Profile, profile)]);
        while (open.TryDequeue(out var next))
        {
            if (!asked.Add(next) || r4.Has(next.Canonical)) continue;
            if (asked.Count > 4 * Most) return TooLarge;
            if (await stored.Find(tenant, next.Type, next.Canonical, cancel) is not { } definition) continue;
            read.Add(definition);
            if (read.Count > Most || read.Sum(each => (long)each.Body.Length) > MostBytes) return TooLarge;
            foreach (var canonical in Canonicals(definition.Resource)) open.Enqueue(canonical);
        }

        return read;
    }

    private static IEnumerable<(string Type, string Canonical)> Canonicals(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property =>
            TypeOf(property.Name) is { } type ? Texts(property.Value).Select(text => (type, text)) : Canonicals(property.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Canonicals),
        _ => [],
    };

    private static string? TypeOf(string property) => property switch
    {
        "baseDefinition" or "profile" or "targetProfile" => StoredDefinitions.Profile,
        "valueSet" => StoredDefinitions.ValueSet,
        "system" => StoredDefinitions.CodeSystem,
        _ => null,
    };

    private static IEnumerable<string> Texts(JsonElement value) =>
        (value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().AsEnumerable() : [value])
        .Where(each => each.ValueKind == JsonValueKind.String).Select(each => each.GetString() ?? "").Where(text => text.Length > 0);
}
