using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Vagus.Events;
using Vagus.Kernel;

namespace Vagus.Fhir.Subscribing;

/// <summary>How the values of a field are compared; first those that the fewest events share.</summary>
internal enum FieldKind
{
    /// <summary>The patients in whose records the event is.</summary>
    Patient,

    /// <summary>The id of a record or of a person.</summary>
    Id,

    /// <summary>A Coding: <c>code</c>, <c>system|code</c> or <c>system|</c>.</summary>
    Coding,

    /// <summary>A code of FHIR or of the catalogue.</summary>
    Word,

    Boolean,
}

/// <summary>
/// A field of an event that filters may ask for. Names of people, free texts, amounts and instants are none: they are found in the record.
/// </summary>
internal sealed record TopicField(string Name, FieldKind Kind)
{
    private const string PatientId = "patientId";

    private static readonly TopicField OfPatient = new("patient", FieldKind.Patient);

    private static readonly FrozenSet<string> Words = FrozenSet.ToFrozenSet(
        [
            "action", "alertType", "assignedTo", "category", "class", "contextType", "criticality", "gender", "interpretation", "kind",
            "modality", "ownerRole", "previousStatus", "priority", "reason", "senderRole", "severity", "status",
        ],
        StringComparer.Ordinal);

    public static IReadOnlyList<TopicField> Of(EventType type) => [OfPatient, .. type.Json.Properties.Select(Read).OfType<TopicField>()];

    /// <summary>The texts by which an event is found that has this value; none: it has no value.</summary>
    public IEnumerable<string> KeysOf(JsonElement data, IReadOnlyList<PatientId> patients)
    {
        if (Kind == FieldKind.Patient) return patients.Select(patient => patient.Value);
        if (!data.TryGetProperty(Name, out var value)) return [];
        return (Kind, value.ValueKind) switch
        {
            (FieldKind.Coding, JsonValueKind.Object) => TextOf(value, "code") is { } code ? [code] : [],
            (FieldKind.Boolean, JsonValueKind.True) => ["true"],
            (FieldKind.Boolean, JsonValueKind.False) => ["false"],
            (FieldKind.Id, JsonValueKind.String) => [LastPartOf(value.GetString() ?? "")],
            (FieldKind.Word, JsonValueKind.String) => [value.GetString() ?? ""],
            _ => [],
        };
    }

    /// <summary>Whether the event's Coding is of this system.</summary>
    public bool IsOfSystem(JsonElement data, string system) =>
        data.TryGetProperty(Name, out var value) && value.ValueKind == JsonValueKind.Object && TextOf(value, "system") == system;

    /// <summary>References are compared by their ids.</summary>
    internal static string LastPartOf(string reference) => reference[(reference.LastIndexOf('/') + 1)..];

    private static TopicField? Read(JsonPropertyInfo property)
    {
        var name = property.Name;
        if (name == PatientId) return null;
        if (property.PropertyType == typeof(Coding)) return new TopicField(name, FieldKind.Coding);
        if (property.PropertyType == typeof(bool) || property.PropertyType == typeof(bool?)) return new TopicField(name, FieldKind.Boolean);
        if (property.PropertyType != typeof(string)) return null;
        if (Words.Contains(name)) return new TopicField(name, FieldKind.Word);
        return name.EndsWith("Id", StringComparison.Ordinal) || name.EndsWith("By", StringComparison.Ordinal)
            ? new TopicField(name, FieldKind.Id) : null;
    }

    private static string? TextOf(JsonElement coding, string name) =>
        coding.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
