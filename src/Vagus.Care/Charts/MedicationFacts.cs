using System.Text.Json;
using Vagus.Care.Deriving;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;

namespace Vagus.Care.Charts;

/// <summary>Prescriptions, what was handed out on them, and what warns of them.</summary>
internal static class MedicationFacts
{
    public static IEnumerable<Fact> Of(JsonElement prescription, DateTimeOffset at)
    {
        if (!prescription.IsOrder() || prescription.Status() is "draft") yield break;
        var (name, code) = MedicationOf(prescription);
        var dosage = prescription.Items("dosageInstruction").Select(each => each.Text("text")).FirstOrDefault(text => text is not null);
        var body = new ChartMedication(
            prescription.Id(), name, code, dosage, prescription.Status(), prescription.Text("authoredOn"),
            prescription.ReferenceTo("requester", "Practitioner"));
        yield return Fact.Of(
            FactKind.Medication, prescription.Id(), ClinicalTime.Of(at, prescription.Text("authoredOn")), body,
            ChartJson.Default.ChartMedication) with
        {
            IsLive = prescription.Status() is "active",
            Link = RecordFacts.LinkTo(prescription, "encounter", "Encounter"),
        };
    }

    public static IEnumerable<Fact> OfDispense(JsonElement dispense, DateTimeOffset at)
    {
        if (dispense.Status() is not "completed") yield break;
        var handedOver = dispense.Text("whenHandedOver") ?? dispense.Text("whenPrepared");
        var by = dispense.Items("performer").Select(performer => performer.Child("actor")).FirstOrDefault();
        var body = new DispenseView(
            handedOver, dispense.Child("quantity")?.Number("value"), by?.Text("display") ?? (by is { } actor ? FhirReference.Of(actor)?.Id : null));
        yield return Fact.Of(FactKind.Dispense, dispense.Id(), ClinicalTime.Of(at, handedOver), body, ChartJson.Default.DispenseView)
            with { Link = RecordFacts.LinkTo(dispense, "authorizingPrescription", "MedicationRequest") };
    }

    /// <summary>One for each prescription that the issue implicates.</summary>
    public static IEnumerable<Fact> OfIssue(JsonElement issue, DateTimeOffset at)
    {
        if (SafetyEvents.KindOf(issue) is not { } kind) yield break;
        var text = issue.Text("detail") ?? issue.Concept("code");
        foreach (var prescription in issue.References("implicated").Where(each => each.Type == "MedicationRequest").Distinct())
        {
            yield return Fact.Of(
                FactKind.Warning,
                $"{issue.Id()}/{prescription.Id}",
                ClinicalTime.Of(at, issue.Text("identifiedDateTime")),
                new KeptWarning(kind == "ALGY", issue.Text("severity"), text),
                ChartJson.Default.KeptWarning) with { Link = prescription.ToString() };
        }
    }

    // Of a Medication of its own the reference tells the name: the record may be another one by the time it is read.
    private static (string? Name, Coding? Code) MedicationOf(JsonElement prescription)
    {
        if (prescription.Child("medicationCodeableConcept") is not null)
        {
            return (prescription.Concept("medicationCodeableConcept"),
                prescription.Coding("medicationCodeableConcept", Systems.RxNorm));
        }

        if (prescription.Child("medicationReference") is not { } reference) return (null, null);
        if (reference.Text("reference") is not ['#', .. var id]) return (reference.Text("display"), null);
        var contained = prescription.Items("contained").FirstOrDefault(each => each.Id() == id);
        return (contained.Concept("code") ?? reference.Text("display"), contained.Coding("code", Systems.RxNorm));
    }
}
