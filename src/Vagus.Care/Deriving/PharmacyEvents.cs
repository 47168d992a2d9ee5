using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;
using Vagus.Fhir.Deriving;

namespace Vagus.Care.Deriving;

/// <summary>Prescriptions and what was handed out on them.</summary>
internal sealed class PharmacyEvents : IDeriveEvents
{
    public IReadOnlySet<string> ResourceTypes { get; } = new HashSet<string> { "MedicationRequest", "MedicationDispense" };

    public async ValueTask Derive(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if (change.Patient is null) return;
        if (change.Type == "MedicationDispense") await Dispensed(change, derivation, cancel);
        else await Prescribed(change, derivation, cancel);
    }

    private static async ValueTask Prescribed(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if (!OrderEvents.Placed(change, _ => true)) return;

        var prescription = change.After!.Value;
        var medication = await Medication.Of(prescription, derivation, cancel);
        derivation.Emit(change, new MedicationPrescribed(
            change.Patient!.Value.Value,
            change.VersionedReference,
            change.Id,
            medication.Name,
            medication.Code,
            prescription.Items("dosageInstruction").Select(dosage => dosage.Text("text")).FirstOrDefault(text => text is not null),
            await derivation.Requester(prescription, cancel),
            prescription.ReferenceTo("encounter", "Encounter")));
    }

    private static async ValueTask Dispensed(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if (change.BecameStatus("completed") is not { } dispense) return;

        var medication = await Medication.Of(dispense, derivation, cancel);
        var quantity = dispense.Child("quantity");
        derivation.Emit(change, new MedicationDispensed(
            change.Patient!.Value.Value,
            change.VersionedReference,
            change.Id,
            dispense.ReferenceTo("authorizingPrescription", "MedicationRequest"),
            medication.Name,
            medication.Code,
            quantity?.Number("value"),
            quantity?.Text("unit") ?? quantity?.Text("code"),
            dispense.Text("whenHandedOver") ?? dispense.Text("whenPrepared")));
    }
}

/// <summary>What a prescription or a dispense is of: a concept, a contained Medication or a Medication of its own.</summary>
internal sealed record Medication(string? Name, Coding? Code, IReadOnlyList<Coding> Codes)
{
    public static async ValueTask<Medication> Of(JsonElement resource, Derivation derivation, CancellationToken cancel)
    {
        if (resource.Child("medicationCodeableConcept") is not null) return Named(resource, "medicationCodeableConcept");
        if (resource.Child("medicationReference") is not { } reference) return new(null, null, []);

        var medication = Contained(resource, reference) ?? await derivation.Read(FhirReference.Of(reference), cancel);
        var named = medication is { } found ? Named(found, "code") : new(null, null, []);
        return named with { Name = named.Name ?? reference.Text("display") };
    }

    private static Medication Named(JsonElement resource, string element) =>
        new(resource.Concept(element), resource.Coding(element, Systems.RxNorm), [.. resource.Codings(element)]);

    private static JsonElement? Contained(JsonElement resource, JsonElement reference)
    {
        if (reference.Text("reference") is not ['#', .. var id]) return null;
        var found = resource.Items("contained").FirstOrDefault(contained => contained.Id() == id);
        return found.ValueKind == JsonValueKind.Object ? found : null;
    }
}
