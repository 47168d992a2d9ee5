using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;
using Vagus.Fhir.Deriving;

namespace Vagus.Care.Deriving;

/// <summary>Our side of billing: claims and requests for prior authorization as we write and send them.</summary>
internal sealed class ClaimEvents : IDeriveEvents
{
    public IReadOnlySet<string> ResourceTypes { get; } = new HashSet<string> { "Claim" };

    public async ValueTask Derive(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if (change.After is not { } claim) return;

        var patient = claim.PatientIn("patient") ?? change.Patient;
        var about = change with { Patient = patient };
        var isNewStatus = claim.Status() != change.Before?.Status();
        if (IsPriorAuthorization(claim))
        {
            if (isNewStatus) derivation.Emit(about, new PriorAuthStatusChanged(change.VersionedReference, change.Id, claim.Status(), change.Before?.Status(), patient?.Value));
            return;
        }

        var insurer = claim.Child("insurer") is { } reference ? await derivation.NameOf(reference, cancel) : null;
        var total = claim.Child("total");
        if (change.Before is null && claim.Status() != "entered-in-error")
        {
            derivation.Emit(about, new ClaimCreated(change.VersionedReference, change.Id, claim.Status(), patient?.Value, insurer, total?.Number("value"), total?.Text("currency")));
        }
        else if (change.Before is { } before && isNewStatus)
        {
            derivation.Emit(about, new ClaimStatusChanged(change.VersionedReference, change.Id, claim.Status(), before.Status(), patient?.Value));
        }
        else if (change.ChangedElements() is { Count: > 0 } changed)
        {
            derivation.Emit(about, new ClaimUpdated(change.VersionedReference, change.Id, claim.Status(), changed, patient?.Value, total?.Number("value"), total?.Text("currency")));
        }

        if (change.BecameStatus("active") is not null)
        {
            derivation.Emit(about, new ClaimSubmitted(change.VersionedReference, change.Id, patient?.Value, insurer, total?.Number("value"), total?.Text("currency")));
        }
    }

    public static bool IsPriorAuthorization(JsonElement claim) => claim.Text("use") == "preauthorization";
}
