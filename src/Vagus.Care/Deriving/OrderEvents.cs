using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;
using Vagus.Fhir.Deriving;

namespace Vagus.Care.Deriving;

/// <summary>Orders for the laboratory and for imaging. A biopsy is neither, whatever category it carries: it has its own events.</summary>
internal sealed class OrderEvents() : ChangeRule("ServiceRequest")
{
    protected override async ValueTask Derive(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if (change.Patient is not { } patient || change.After is not { } order || order.IsBiopsyOrder()) return;

        if (Placed(change, Disciplines.IsLaboratory))
        {
            await derivation.Tell(change, async view => new LabOrderCreated(
                patient.Value,
                change.VersionedReference,
                change.Id,
                order.Concept("code"),
                order.Coding("code", Systems.Loinc),
                order.Text("priority"),
                await view.Requester(order, cancel),
                order.ReferenceTo("encounter", "Encounter")));
        }

        if (Placed(change, Disciplines.IsImaging))
        {
            await derivation.Tell(change, async view => new RadiologyOrderCreated(
                patient.Value,
                change.VersionedReference,
                change.Id,
                order.Concept("code"),
                order.Coding("code", Systems.Snomed),
                order.Text("priority"),
                await view.Requester(order, cancel),
                order.ReferenceTo("encounter", "Encounter")));
        }
    }

    /// <summary>Active for the first time: an order that was on hold and goes on was placed before.</summary>
    public static bool Placed(ResourceChange change, Func<JsonElement, bool> belongs) =>
        change.Entered(request => belongs(request) && request.IsOrder() && request.Status() is "active") is not null
        && change.Before?.Status() is not "on-hold";
}
