using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;
using Vagus.Fhir.Deriving;

namespace Vagus.Care.Deriving;

/// <summary>Prescriptions and what was handed out on them.</summary>
internal sealed class PharmacyEvents() : ChangeRule("MedicationRequest", "MedicationDispense")
{
    protected override async ValueTask Derive(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if (change.Patient is null) return;
        if (change.Type == "MedicationDispense") await Dispensed(change, derivation, cancel);
        else await Prescribed(change, derivation, cancel);
    }

    private static async ValueTask Prescribed(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if (!OrderEvents.Placed(change, _ => true)) return;

        var prescription = change.After!.Value;
        await derivation.Tell(change, async view =>
        {
            var medication = await Medication.Of(prescription, view, cancel);
            return new MedicationPrescribed(
                change.Patient!.Value.Value,
                change.VersionedReference,
                change.Id,
                medication.Name,
                medication.Code,
                prescription.Items("dosageInstruction").Select(dosage => dosage.Text("text")).FirstOrDefault(text => text is not null),
                await view.Requester(prescription, cancel),
                prescription.ReferenceTo("encounter", "Encounter"));
        });
    }

    private static async ValueTask Dispensed(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if (change.BecameStatus("completed") is not { } dispense) return;

        var quantity = dispense.Child("quantity");
        await derivation.Tell(change, async view =>
        {
            var medication = await Medication.Of(dispense, view, cancel);
            return new MedicationDispensed(
                change.Patient!.Value.Value,
                change.VersionedReference,
                change.Id,
                dispense.ReferenceTo("authorizingPrescription", "MedicationRequest"),
                medication.Name,
                medication.Code,
                quantity?.Number("value"),
                quantity?.Text("unit") ?? quantity?.Text("code"),
                dispense.Text("whenHandedOver") ?? dispense.Text("whenPrepared"));
        });
    }
}
