using System.Text.Json;

namespace Vagus.DefinitionsGenerator;

/// <summary>The files of HL7's R4 definitions as the npm package lays them out.</summary>
internal sealed class DefinitionSource
{
    private const string Hl7 = "http://hl7.org/fhir/";

    public DefinitionSource(string folder)
    {
        var resources = Entries(folder, "profiles-resources.json");
        Structures = [.. resources.Concat(Entries(folder, "profiles-types.json"))
            .Where(entry => Text(entry, "resourceType") == "StructureDefinition" && Text(entry, "derivation") != "constraint"
                && Text(entry, "kind") != "logical" && Text(entry, "fhirVersion") == "4.0.1")];
        Compartments = [.. resources.Where(entry => Text(entry, "resourceType") == "CompartmentDefinition")];
        SearchParameters = [.. Entries(folder, "search-parameters.json").Where(entry => Text(entry, "version") == "4.0.1")];
        Terminology = [.. Entries(folder, "valuesets.json"), .. Entries(folder, "v3-codesystems.json"),
            .. Entries(folder, "v2-tables.json")];
        PublishedElements = Entries(folder, "dataelements.json")
            .Select(FirstElement)
            .GroupBy(element => Text(element, "path"), StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First());
    }

    public IReadOnlyList<JsonElement> Structures { get; }

    public IReadOnlyList<JsonElement> Compartments { get; }

    public IReadOnlyList<JsonElement> SearchParameters { get; }

    public IReadOnlyList<JsonElement> Terminology { get; }

    /// <summary>
    /// Single elements exactly as HL7 published them, by path; the package has changed some of the structures (see <see cref="NotR4"/>).
    /// The types that constrain Quantity repeat its paths after it, so the first of a path is the one.
    /// </summary>
    public IReadOnlyDictionary<string, JsonElement> PublishedElements { get; }

    public static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.ToString() : "";

    public static IEnumerable<JsonElement> Items(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.EnumerateArray() : [];

    /// <summary>The last part of a canonical of HL7: <c>Patient</c> of <c>http://hl7.org/fhir/StructureDefinition/Patient</c>.</summary>
    public static string LastPart(string canonical) => canonical[(canonical.LastIndexOf('/') + 1)..].Split('|')[0];

    public static bool IsHl7(string canonical) => canonical.StartsWith(Hl7, StringComparison.Ordinal);

    private static JsonElement FirstElement(JsonElement structure) => structure.GetProperty("snapshot").GetProperty("element")[0];

    private static List<JsonElement> Entries(string folder, string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, file)));
        return [.. document.RootElement.Clone().GetProperty("entry").EnumerateArray().Select(entry => entry.GetProperty("resource"))];
    }
}
