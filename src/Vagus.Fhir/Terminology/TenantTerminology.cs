using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.R4.Terminology;
using Vagus.Fhir.Search.Request;
using Vagus.Fhir.Search.Sql;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Terminology;

/// <summary>
/// The terminology of one call: the tenant's own CodeSystems, ValueSets and ConceptMaps within the caller's reach, the newest first,
/// and after them what R4 publishes for its required bindings. Definitions are read once per call, within its budget of bodies. One that
/// does not fit would count as absent: the work that asked for it is refused (<see cref="Cut"/>).
/// </summary>
internal sealed class TenantTerminology(IRunQueries queries, FhirCall call) : TerminologySource
{
    private readonly Dictionary<string, CodeSystemDefinition?> systems = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ValueSetDefinition?> sets = new(StringComparer.Ordinal);
    private readonly List<StoredResource> used = [];

    /// <summary>The stored resources that were looked at.</summary>
    public IReadOnlyList<StoredResource> Used => used;

    /// <summary>Set where a definition is there and was not read: a result without it would be wrong.</summary>
    public Refusal? Cut { get; private set; }

    /// <summary>Ends the work of the call.</summary>
    public CancellationToken Cancel => call.Cancel;

    public override async ValueTask<CodeSystemDefinition?> CodeSystem(string canonical)
    {
        if (systems.TryGetValue(canonical, out var known)) return known;
        var stored = await Stored("CodeSystem", canonical);
        return systems[canonical] = (stored is { } resource ? CodeSystemDefinition.Of(resource) : null)
            ?? await R4Terminology.Instance.CodeSystem(canonical);
    }

    public override async ValueTask<ValueSetDefinition?> ValueSet(string canonical)
    {
        if (sets.TryGetValue(canonical, out var known)) return known;
        return sets[canonical] = await Stored("ValueSet", canonical) is { } stored
            ? ValueSetDefinition.Of(stored) : await R4Terminology.Instance.ValueSet(canonical);
    }

    /// <summary>By its id: the tenant's, and after them R4's own.</summary>
    public async ValueTask<ValueSetDefinition?> ValueSetOf(string id)
    {
        if (!ReferenceText.IsId(id)) return null;
        return await Search("ValueSet", $"_id={id}", most: 1) is [var stored]
            ? ValueSetDefinition.Of(stored) : await R4Terminology.Instance.ValueSet($"http://hl7.org/fhir/ValueSet/{id}");
    }

    public ValueTask<JsonElement?> ConceptMap(string canonical) => Stored("ConceptMap", canonical);

    /// <summary>The newest concept maps from a code system.</summary>
    public ValueTask<List<JsonElement>> ConceptMapsFrom(string system, int most) =>
        Search("ConceptMap", $"source-system={Uri.EscapeDataString(Escaped(system))}", most);

    private async ValueTask<JsonElement?> Stored(string type, string canonical)
    {
        var bar = canonical.IndexOf('|', StringComparison.Ordinal);
        var version = bar < 0 ? "" : $"&version={Uri.EscapeDataString(Escaped(canonical[(bar + 1)..]))}";
        var found = await Search(type, $"url={Uri.EscapeDataString(Escaped(UrlOf(canonical)))}{version}", most: 1);
        return found is [var newest] ? newest : null;
    }

    private async ValueTask<List<JsonElement>> Search(string type, string query, int most)
    {
        if (!call.Reach.May(ResourceInteractions.Search, type)) return [];
        var search = ReadSearch.Run(type, query, call, most, most);
        if (search.IsRefused) return [];
        var matches = await SelectPage.Run(queries, call.Reach, search.Value, call.Bodies, call.Cancel);
        if (matches.Exists(match => match.Unread)) Cut = FhirRefusals.DefinitionsTooLarge;
        List<StoredResource> read = [.. matches.Where(match => match.Body is not null)];
        used.AddRange(read);
        return read.ConvertAll(match => StoredBody.Read(match.Body));
    }

    private static string Escaped(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal)
        .Replace("|", "\\|", StringComparison.Ordinal).Replace("$", "\\$", StringComparison.Ordinal);
}
