using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Vagus.Fhir.R4.Oracle.Tests.FhirPath;
using Vagus.Fhir.R4.Tests.Indexing;
using Vagus.Testing;

namespace Vagus.Fhir.R4.Oracle.Tests;

/// <summary>One resource as both sides see it, with the resources that it may refer to.</summary>
internal sealed partial class Record(string name, JsonElement json, IReadOnlyDictionary<string, Record> beside)
{
    private static readonly ConcurrentDictionary<string, JsonElement> StandIns = new(StringComparer.Ordinal);

    private PocoNode? node;
    private Vocabulary? vocabulary;

    public string Name { get; } = name;

    public JsonElement Json { get; } = json;

    public string Type { get; } = json.GetProperty("resourceType").GetString() ?? "";

    /// <summary>Read leniently: what is asked here is what the expressions find, not whether the resource is valid.</summary>
    public PocoNode Node => node ??= Parse(Json);

    public Vocabulary Vocabulary => vocabulary ??= Vocabulary.Of(Json);

    public JsonElement? Resolve(string reference) =>
        beside.TryGetValue(reference, out var found) ? found.Json : StandIn(reference);

    public PocoNode? ResolveNode(string reference) =>
        beside.TryGetValue(reference, out var found) ? found.Node : StandIn(reference) is { } json ? Parse(json) : null;

    /// <summary>The resource as a transaction stores it: references into the bundle by type and id.</summary>
    public Record Stored() => new(Name, JsonElement.Parse(BundleUrl().Replace(Json.GetRawText(), Local)), beside);

    private string Local(Match url) =>
        beside.TryGetValue(url.Value, out var found) ? $"{found.Type}/{found.Json.GetProperty("id").GetString()}" : url.Value;

    [GeneratedRegex("urn:uuid:[0-9a-f-]{36}", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex BundleUrl();

    /// <summary>The resources of the first <paramref name="patients"/> synthetic patients; skips the test where they are absent.</summary>
    public static List<Record> OfPatients(int patients)
    {
        var records = new List<Record>();
        var files = SampleData.SyntheaBundles().Take(patients);
        foreach (var file in files)
        {
            using var bundle = JsonDocument.Parse(File.ReadAllBytes(file));
            var beside = new Dictionary<string, Record>(StringComparer.Ordinal);
            foreach (var entry in bundle.RootElement.GetProperty("entry").EnumerateArray())
            {
                var resource = entry.GetProperty("resource").Clone();
                var record = new Record($"{Path.GetFileNameWithoutExtension(file)}/{records.Count}", resource, beside);
                beside[entry.GetProperty("fullUrl").GetString() ?? ""] = record;
                records.Add(record);
            }
        }

        return records;
    }

    /// <summary>At most so many of the records, evenly from the first to the last.</summary>
    public static IEnumerable<Record> Spread(IReadOnlyList<Record> records, int most) =>
        Enumerable.Range(0, Math.Min(most, records.Count)).Select(index => records[index * records.Count / Math.Min(most, records.Count)]);

    /// <summary>
    /// The invented resources of the repository. The one of wrong shapes is left out and an empty object filled: the SDK's model holds
    /// neither.
    /// </summary>
    public static List<Record> Invented() =>
    [
        .. Samples.Names.Select(row => row.Data).Where(name => name != "wrong shapes")
            .Select(name => new Record(name, Filled(Samples.Get(name)), new Dictionary<string, Record>(StringComparer.Ordinal))),
    ];

    private static JsonElement Filled(JsonElement resource) =>
        JsonElement.Parse(resource.GetRawText().Replace(":{}", ":{\"text\":\"x\"}", StringComparison.Ordinal));

    // Nothing but the type is known of a resource that is not in the bundle.
    private static JsonElement? StandIn(string reference) =>
        reference.Split('/', '?')[0] is { Length: > 0 } type && Definitions.R4Definitions.IsResourceType(type)
            ? StandIns.GetOrAdd(type, static name => JsonElement.Parse($$"""{"resourceType":"{{name}}"}"""))
            : null;

    private static PocoNode Parse(JsonElement json) =>
        new(FhirJsonDeserializer.OSTRICH.DeserializeResource(json.GetRawText()), Parent: null, Index: null, Name: null);
}
