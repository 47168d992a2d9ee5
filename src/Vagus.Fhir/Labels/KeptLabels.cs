using System.Buffers;
using System.Text.Json;
using Vagus.Kernel;

namespace Vagus.Fhir.Labels;

/// <summary>
/// Labels survive an update that forgets them. What protected the version before protects the next one too, unless its author says how
/// confidential it is (a label of v3-Confidentiality, such as N) and, for what only some may see, may see it: the label's category.
/// </summary>
internal static class KeptLabels
{
    /// <summary>The resource with the labels it must keep, or null when it lacks none.</summary>
    public static JsonElement? Merge(JsonElement before, JsonElement after, Sensitivity mayLift)
    {
        var says = SecurityLabels.NameConfidentiality(after);
        var kept = SecurityLabels.Of(before)
            .Where(label =>
                !(says ? mayLift : Sensitivity.None).Cover(SecurityLabels.CategoryOf(label))
                || ((SecurityLabels.IsWithholding(label) || SecurityLabels.ForbidsRedisclosure(label)) && !says))
            .Where(label => !SecurityLabels.Of(after).Any(other => AreSame(label, other)))
            .ToList();
        return kept.Count == 0 ? null : With(after, kept);
    }

    private static bool AreSame(JsonElement one, JsonElement other) =>
        string.Equals(SecurityLabels.CodeOf(one), SecurityLabels.CodeOf(other), StringComparison.OrdinalIgnoreCase)
        && SecurityLabels.SystemOf(one) == SecurityLabels.SystemOf(other);

    private static JsonElement With(JsonElement resource, List<JsonElement> labels)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var property in resource.EnumerateObject())
            {
                writer.WritePropertyName(property.Name);
                if (property.NameEquals("meta"u8)) WriteMeta(writer, property.Value, labels);
                else writer.WriteRawValue(property.Value.GetRawText(), skipInputValidation: true);
            }

            writer.WriteEndObject();
        }

        var reader = new Utf8JsonReader(buffer.WrittenSpan);
        return JsonElement.ParseValue(ref reader);
    }

    private static void WriteMeta(Utf8JsonWriter writer, JsonElement meta, List<JsonElement> labels)
    {
        writer.WriteStartObject();
        foreach (var property in meta.EnumerateObject().Where(property => !property.NameEquals("security"u8)))
        {
            writer.WritePropertyName(property.Name);
            writer.WriteRawValue(property.Value.GetRawText(), skipInputValidation: true);
        }

        writer.WriteStartArray("security"u8);
        if (meta.TryGetProperty("security"u8, out var present)) foreach (var label in present.EnumerateArray()) label.WriteTo(writer);
        foreach (var label in labels) label.WriteTo(writer);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
