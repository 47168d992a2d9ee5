using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;
using Vagus.Fhir.Deriving;
using Vagus.Kernel;

namespace Vagus.Care.Deriving;

/// <summary>Our side of billing: claims and requests for prior authorization as we write and send them.</summary>
internal sealed class ClaimEvents() : ChangeRule("Claim")
{
    protected override async ValueTask Derive(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if (change.After is not { } claim) return;

        var patient = claim.PatientIn("patient") ?? change.Patient;
        var isNewStatus = claim.Status() != change.Before?.Status();
        if (IsPriorAuthorization(claim))
        {
            if (isNewStatus)
            {
                await derivation.Tell(change.WithBefore, _ => Of(new PriorAuthStatusChanged(
                    change.VersionedReference, change.Id, claim.Status(), change.Before?.Status(), patient?.Value)));
            }

            return;
        }

        await OurClaim(change, claim, patient, derivation, cancel);

        ValueTask<Told?> Of(EventData data) => ValueTask.FromResult<Told?>(new Told(data, patient));
    }

    private static async ValueTask OurClaim(
        ResourceChange change, JsonElement claim, PatientId? patient, Derivation derivation, CancellationToken cancel)
    {
        var total = claim.Child("total");
        var (amount, currency) = (total?.Number("value"), total?.Text("currency"));
        if (change.Before is null && claim.Status() != "entered-in-error")
        {
            await derivation.Tell(change, async view => new Told(new ClaimCreated(
                change.VersionedReference, change.Id, claim.Status(), patient?.Value, await Insurer(view), amount, currency), patient));
        }
        else if (change.Before is { } before && before.Status() != claim.Status())
        {
            await derivation.Tell(change.WithBefore, _ => ValueTask.FromResult<Told?>(new Told(
                new ClaimStatusChanged(change.VersionedReference, change.Id, claim.Status(), before.Status(), patient?.Value), patient)));
        }
        else if (change.ChangedElements() is { Count: > 0 } changed)
        {
            await derivation.Tell(change, _ => ValueTask.FromResult<Told?>(new Told(
                new ClaimUpdated(change.VersionedReference, change.Id, claim.Status(), changed, patient?.Value, amount, currency),
                patient)));
        }

        if (change.BecameStatus("active") is not null)
        {
            await derivation.Tell(change, async view => new Told(
                new ClaimSubmitted(change.VersionedReference, change.Id, patient?.Value, await Insurer(view), amount, currency), patient));
        }

        async ValueTask<string?> Insurer(RecordView view) =>
            claim.Child("insurer") is { } reference ? await view.NameOf(reference, cancel) : null;
    }

    public static bool IsPriorAuthorization(JsonElement claim) => claim.Text("use") == "preauthorization";
}
