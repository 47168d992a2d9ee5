using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;
using Vagus.Fhir.Deriving;
using Vagus.Fhir.Meaning;

namespace Vagus.Care.Deriving;

/// <summary>
/// The way of a biopsy: ordered, taken, reported. The provider's review is a signature and told by <see cref="SignatureEvents"/>.
/// </summary>
internal sealed class BiopsyEvents() : ChangeRule("ServiceRequest", "Specimen", "DiagnosticReport")
{
    protected override ValueTask Derive(ResourceChange change, Derivation derivation, CancellationToken cancel) => change switch
    {
        { Patient: null } or { After: null } => ValueTask.CompletedTask,
        { Type: "ServiceRequest" } => Order(change, derivation, cancel),
        { Type: "Specimen" } => SpecimenChanged(change, derivation, cancel),
        _ => Reported(change, derivation, cancel),
    };

    /// <summary>The biopsy order that a pathology report is about, by its order or by its specimen; null for other reports.</summary>
    public static async ValueTask<JsonElement?> BiopsyOf(JsonElement report, RecordView view, CancellationToken cancel)
    {
        if (report.IsImaging()) return null;
        if (await FirstBiopsy(report.References("basedOn"), view, cancel) is { } ordered) return ordered;
        foreach (var reference in report.References("specimen").Where(reference => reference.Type == "Specimen").Take(5))
        {
            if (await view.Read(reference, cancel) is not { } specimen) continue;
            if (await FirstBiopsy(specimen.References("request"), view, cancel) is { } taken) return taken;
        }

        return null;
    }

    private static async ValueTask<JsonElement?> FirstBiopsy(IEnumerable<FhirReference> orders, RecordView view, CancellationToken cancel)
    {
        foreach (var order in orders.Where(order => order.Type == "ServiceRequest").Take(5))
        {
            if (await view.Read(order, cancel) is { } request && request.IsBiopsyOrder()) return request;
        }

        return null;
    }

    private static async ValueTask Order(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        var order = change.After!.Value;
        if (!order.IsBiopsyOrder()) return;

        var patient = change.Patient!.Value.Value;
        if (OrderEvents.Placed(change, Disciplines.IsBiopsyOrder))
        {
            await derivation.Tell(change, async view => new BiopsyCreated(
                patient, change.VersionedReference, change.Id, order.Status(), order.Concept("code"), order.Coding("code", Systems.Snomed),
                order.Concept("bodySite"), await view.Requester(order, cancel), order.ReferenceTo("encounter", "Encounter")));
        }
        else if (change.ChangedElements() is { Count: > 0 } changed)
        {
            await derivation.Tell(change, async view => new BiopsyUpdated(
                patient, change.VersionedReference, change.Id, changed, order.Status(),
                OrderingProviderId: await view.Requester(order, cancel)));
        }
    }

    private static async ValueTask SpecimenChanged(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        var specimen = change.After!.Value;
        IReadOnlyList<string> changed = change.Before is null ? ["specimen"] : change.ChangedElements();
        if (changed.Count == 0) return;

        await derivation.Tell(change, async view => await FirstBiopsy(specimen.References("request"), view, cancel) is { } order
            ? new BiopsyUpdated(
                change.Patient!.Value.Value, change.VersionedReference, order.Id(), changed, specimen.Text("status"), change.Id,
                await view.Requester(order, cancel))
            : null);
    }

    /// <summary>An amended report that is amended again, and says something else of what was found.</summary>
    private static JsonElement? Reconsidered(ResourceChange change) =>
        change.Entered(report => report.Status() is "final" or "amended" or "corrected"
            ? $"{BiopsyOrder.IsMalignant(report)} {string.Join(' ', report.Codings("conclusionCode").Select(code => code.Code))}" : null);

    private static async ValueTask Reported(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if ((change.BecameStatus("final", "amended", "corrected") ?? Reconsidered(change)) is not { } report) return;

        var patient = change.Patient!.Value.Value;
        await derivation.Tell(change, async view => await BiopsyOf(report, view, cancel) is { } order
            ? new BiopsyResultReceived(
                patient,
                change.VersionedReference,
                order.Id(),
                change.Id,
                change.Released,
                order.Concept("code"),
                [.. report.Codings("conclusionCode")],
                await view.Requester(order, cancel) ?? await view.OrderingProvider(report, cancel),
                await view.PatientName(patient, cancel),
                report.Text("issued"),
                BiopsyOrder.IsMalignant(report))
            : null);
    }
}
