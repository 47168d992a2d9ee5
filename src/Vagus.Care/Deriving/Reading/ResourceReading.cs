using System.Text.Json;
using Vagus.Events;

namespace Vagus.Care.Deriving.Reading;

/// <summary>
/// Reads what rules ask of a FHIR resource. It never throws: a shape that is not there reads as absent,
/// because a rule must not be able to refuse a write that validation let pass.
/// </summary>
internal static class ResourceReading
{
    public static JsonElement? Child(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var child) ? child : null;

    public static string? Text(this JsonElement element, string name) =>
        element.Child(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static bool Is(this JsonElement element, string name) => element.Child(name) is { ValueKind: JsonValueKind.True };

    public static decimal? Number(this JsonElement element, string name) =>
        element.Child(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetDecimal(out var value) ? value : null;

    /// <summary>The elements of a list; a single element counts as a list of one, since many FHIR elements come both ways.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) => element.Child(name) switch
    {
        { ValueKind: JsonValueKind.Array } array => array.EnumerateArray(),
        { ValueKind: JsonValueKind.Object } single => [single],
        _ => [],
    };

    public static string Status(this JsonElement resource) => resource.Text("status") ?? "";

    public static string Id(this JsonElement resource) => resource.Text("id") ?? "";

    /// <summary>All codings of an element that is a Coding, a CodeableConcept or a list of either.</summary>
    public static IEnumerable<Coding> Codings(this JsonElement element, string name)
    {
        foreach (var item in element.Items(name))
        {
            if (item.Text("code") is { } bare) yield return new(bare, item.Text("system"), item.Text("display"));
            foreach (var coding in item.Items("coding"))
            {
                if (coding.Text("code") is { } code) yield return new(code, coding.Text("system"), coding.Text("display"));
            }
        }
    }

    /// <summary>The coding of the preferred system, or the first there is.</summary>
    public static Coding? Coding(this JsonElement element, string name, string preferredSystem)
    {
        Coding? first = null;
        foreach (var coding in element.Codings(name))
        {
            if (coding.System == preferredSystem) return coding;
            first ??= coding;
        }

        return first;
    }

    public static bool HasCode(this JsonElement element, string name, string system, IReadOnlySet<string> codes) =>
        element.Codings(name).Any(coding => coding.System == system && codes.Contains(coding.Code));

    /// <summary>A concept as people write it: its text, else a display, else a code.</summary>
    public static string? Concept(this JsonElement element, string name)
    {
        foreach (var item in element.Items(name))
        {
            if (item.Text("text") is { } text) return text;
        }

        var coding = element.Codings(name).OrderBy(candidate => candidate.Display is null).FirstOrDefault();
        return coding?.Display ?? coding?.Code;
    }

    public static FhirReference? Reference(this JsonElement element, string name) =>
        element.Child(name) is { } reference ? FhirReference.Of(reference) : null;

    public static IEnumerable<FhirReference> References(this JsonElement element, string name) =>
        element.Items(name).Select(FhirReference.Of).OfType<FhirReference>();

    /// <summary>The logical id of a reference to this type.</summary>
    public static string? ReferenceTo(this JsonElement element, string name, string type) =>
        element.References(name).FirstOrDefault(reference => reference.Type == type)?.Id;
}
