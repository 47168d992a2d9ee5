using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Encounters;

/// <summary>
/// One kind of measurement: its field, the R4 vital signs profile with its LOINC code, its UCUM unit, and the values that can be.
/// </summary>
internal sealed record VitalKind(
    string Field, string Profile, string Loinc, string Display, string Ucum, string Unit, decimal Least, decimal Most);

/// <summary>
/// Vital signs by the R4 vital signs profiles: one Observation for each measurement, one for both blood pressures. Bounds leave out what is
/// a slip of the keyboard, not what is dangerous. Pure.
/// </summary>
internal static class VitalSigns
{
    private const string ProfileBase = "http://hl7.org/fhir/StructureDefinition/";
    private const string AbsentReason = "http://terminology.hl7.org/CodeSystem/data-absent-reason";
    private const string PanelCode = "85354-9";

    private static readonly VitalKind Systolic =
        new("systolic", "bp", "8480-6", "Systolic blood pressure", "mm[Hg]", "mmHg", 0, 400);

    private static readonly VitalKind Diastolic =
        new("diastolic", "bp", "8462-4", "Diastolic blood pressure", "mm[Hg]", "mmHg", 0, 300);

    private static readonly VitalKind[] Single =
    [
        new("heartRate", "heartrate", "8867-4", "Heart rate", "/min", "/min", 0, 400),
        new("temperature", "bodytemp", "8310-5", "Body temperature", "Cel", "°C", 15, 50),
        new("respiratoryRate", "resprate", "9279-1", "Respiratory rate", "/min", "/min", 0, 200),
        new("oxygenSaturation", "oxygensat", "2708-6", "Oxygen saturation", "%", "%", 0, 100),
        new("weight", "bodyweight", "29463-7", "Body weight", "kg", "kg", 0.1m, 700),
        new("height", "bodyheight", "8302-2", "Body height", "cm", "cm", 10, 300),
    ];

    private static readonly Dictionary<string, VitalKind> ByCode =
        Single.Append(Systolic).Append(Diastolic).ToDictionary(kind => kind.Loinc, StringComparer.Ordinal);

    public static string[] Fields { get; } = [.. ByCode.Values.Select(kind => kind.Field), "at"];

    /// <summary>The values of a request by their kind.</summary>
    public static IReadOnlyDictionary<VitalKind, decimal> Of(BodyFields fields)
    {
        var values = new Dictionary<VitalKind, decimal>();
        foreach (var kind in ByCode.Values)
        {
            if (fields.Number(kind.Field, kind.Least, kind.Most) is { } value) values[kind] = value;
        }

        return values;
    }

    /// <summary>The Observations that record them.</summary>
    public static IEnumerable<JsonObject> ToResources(
        IReadOnlyDictionary<VitalKind, decimal> values, EncounterFacts facts, DateTimeOffset at)
    {
        foreach (var kind in Single)
        {
            if (!values.TryGetValue(kind, out var value)) continue;
            var observation = Observation(kind.Profile, kind.Loinc, kind.Display, facts, at);
            // R4 oxygensat: 2708-6, and what a pulse oximeter measures is 59408-5 too.
            if (kind.Field == "oxygenSaturation")
                observation["code"]?["coding"]?.AsArray().Add(
                    RecordParts.Coding(CodeSystems.Loinc, "59408-5", "Oxygen saturation by Pulse oximetry"));
            observation["valueQuantity"] = RecordParts.Quantity(value, kind.Ucum, kind.Unit);
            yield return observation;
        }

        if (!values.ContainsKey(Systolic) && !values.ContainsKey(Diastolic)) yield break;
        var pressure = Observation("bp", PanelCode, "Blood pressure panel with all children optional", facts, at);
        pressure["component"] = new JsonArray(Component(Systolic, values), Component(Diastolic, values));
        yield return pressure;
    }

    /// <summary>In the order in which they are written.</summary>
    public static IReadOnlyList<FhirRecord> InOrder(IEnumerable<FhirRecord> observations) =>
    [
        .. observations.OrderBy(each => Array.FindIndex(Single, kind => kind.Loinc == each.Json.Code("code", CodeSystems.Loinc)) is >= 0
            and var place ? place : Single.Length),
    ];

    /// <summary>The measurements of an Observation under the names of the requests; none of one that this door does not write.</summary>
    public static IEnumerable<VitalValue> Read(FhirRecord observation)
    {
        var at = observation.Json.Instant("effectiveDateTime");
        foreach (var measured in observation.Json.Items("component").Prepend(observation.Json))
        {
            if (measured.Code("code", CodeSystems.Loinc) is not { } code || !ByCode.TryGetValue(code, out var kind)) continue;
            if (measured.Child("valueQuantity") is { } quantity && quantity.Number("value") is { } value)
                yield return new VitalValue(kind.Field, value, quantity.Text("unit"), at);
        }
    }

    // The profile bp demands both components: one that was not measured says so.
    private static JsonObject Component(VitalKind kind, IReadOnlyDictionary<VitalKind, decimal> values)
    {
        var component = new JsonObject { ["code"] = RecordParts.Concept(CodeSystems.Loinc, kind.Loinc, kind.Display) };
        if (values.TryGetValue(kind, out var value)) component["valueQuantity"] = RecordParts.Quantity(value, kind.Ucum, kind.Unit);
        else component["dataAbsentReason"] = RecordParts.Concept(AbsentReason, "not-performed");
        return component;
    }

    private static JsonObject Observation(string profile, string code, string display, EncounterFacts facts, DateTimeOffset at)
    {
        var observation = RecordParts.Resource("Observation");
        observation["meta"] = new JsonObject { ["profile"] = new JsonArray($"{ProfileBase}{profile}") };
        observation["status"] = "final";
        observation["category"] = new JsonArray(RecordParts.Concept(CodeSystems.ObservationCategory, "vital-signs", "Vital Signs"));
        observation["code"] = RecordParts.Concept(CodeSystems.Loinc, code, display);
        observation["subject"] = RecordParts.Reference("Patient", facts.Patient);
        observation["encounter"] = RecordParts.Reference("Encounter", facts.Encounter);
        observation["effectiveDateTime"] = Instants.Write(at);
        if (facts.Author is { } author) observation["performer"] = new JsonArray(RecordParts.Reference("Practitioner", author));
        return observation;
    }
}
