using System.Text.Json;
using Vagus.Care.Deriving.Reading;

namespace Vagus.Care.Deriving;

/// <summary>What says that a patient takes something: prescriptions, and what people state.</summary>
internal static class MedicationInForce
{
    public const string Prescription = "MedicationRequest";

    public static readonly IReadOnlyList<string> Types = [Prescription, "MedicationStatement"];

    /// <summary>
    /// An order that is given, also where it is on hold: it goes on without being placed again. A statement that it is or will be taken.
    /// </summary>
    public static bool IsInForce(JsonElement medication) => medication.Text("resourceType") == Prescription
        ? medication.IsOrder() && medication.Status() is "active" or "on-hold"
        : medication.Status() is "active" or "on-hold" or "intended";
}
