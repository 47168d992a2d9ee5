using System.Text.Json;
using Vagus.Kernel;

namespace Vagus.Clinic.Records;

/// <summary>Reads what answers show of a resource. It never throws: a shape that is not there reads as absent.</summary>
internal static class RecordReading
{
    public static JsonElement? Child(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var child) ? child : null;

    public static string? Text(this JsonElement element, string name) =>
        element.Child(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static decimal? Number(this JsonElement element, string name) =>
        element.Child(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetDecimal(out var value) ? value : null;

    public static DateTimeOffset? Instant(this JsonElement element, string name) => Instants.Parse(element.Text(name));

    /// <summary>The elements of a list; a single element counts as a list of one.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) => element.Child(name) switch
    {
        { ValueKind: JsonValueKind.Array } array => array.EnumerateArray(),
        { ValueKind: JsonValueKind.Object } single => [single],
        _ => [],
    };

    public static JsonElement? First(this JsonElement element, string name)
    {
        foreach (var item in element.Items(name)) return item;
        return null;
    }

    /// <summary>The code of a system within a CodeableConcept, a Coding or a list of either.</summary>
    public static string? Code(this JsonElement element, string name, string system)
    {
        foreach (var item in element.Items(name))
        {
            if (item.Text("system") == system && item.Text("code") is { } bare) return bare;
            foreach (var coding in item.Items("coding"))
            {
                if (coding.Text("system") == system && coding.Text("code") is { } code) return code;
            }
        }

        return null;
    }

    /// <summary>A concept as people write it: its text, else a display, else a code.</summary>
    public static string? Concept(this JsonElement element, string name)
    {
        foreach (var item in element.Items(name))
        {
            if (item.Text("text") is { } text) return text;
            var coding = item.First("coding") ?? item;
            if ((coding.Text("display") ?? coding.Text("code")) is { } shown) return shown;
        }

        return null;
    }

    /// <summary>The logical id of a reference to this type, without its version; null for references to other servers.</summary>
    public static string? IdOf(this JsonElement reference, string type) =>
        reference.Text("reference")?.Split('/') is [var named, { Length: > 0 } id, ..] && named == type ? id : null;

    /// <summary>The id of the first reference of this element that is of this type.</summary>
    public static string? ReferenceTo(this JsonElement element, string name, string type) =>
        element.Items(name).Select(reference => reference.IdOf(type)).FirstOrDefault(id => id is not null);
}
