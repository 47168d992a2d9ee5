using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;
using Vagus.Fhir.Deriving;

namespace Vagus.Care.Deriving;

/// <summary>The insurer's side of billing: what it answered to a claim or to a request for prior authorization.</summary>
internal sealed class ClaimResponseEvents : IDeriveEvents
{
    public IReadOnlySet<string> ResourceTypes { get; } = new HashSet<string> { "ClaimResponse" };

    public async ValueTask Derive(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if (change.Entered(InsurerDecision.Of) is not { } response || ClaimId(response) is not { } claim) return;

        var decision = InsurerDecision.Of(response)!;
        var previous = change.Before is { } before ? InsurerDecision.Of(before) : null;
        var patient = response.PatientIn("patient") ?? change.Patient;
        var about = change with { Patient = patient };
        var insurer = response.Child("insurer") is { } reference ? await derivation.NameOf(reference, cancel) : null;
        var tell = ClaimEvents.IsPriorAuthorization(response)
            ? PriorAuthorization(change.VersionedReference, claim, decision, previous, patient?.Value, insurer, response)
            : Claim(change.VersionedReference, claim, decision, previous, patient?.Value, insurer, response);
        foreach (var data in tell) derivation.Emit(about, data);
    }

    // What the change of status means is told beside it: worklists listen to the one, people to the other.
    private static IEnumerable<EventData> Claim(
        string resource, string claim, string decision, string? previous, string? patient, string? insurer, JsonElement response)
    {
        yield return new ClaimStatusChanged(resource, claim, decision, previous, patient);
        if (decision == InsurerDecision.Denied) yield return new ClaimDenied(resource, claim, patient, InsurerDecision.Reason(response), insurer);
        if (decision != InsurerDecision.Paid) yield break;

        var amount = InsurerDecision.Payment(response);
        yield return new ClaimPaid(resource, claim, patient, amount?.Number("value"), amount?.Text("currency"), insurer);
    }

    private static IEnumerable<EventData> PriorAuthorization(
        string resource, string claim, string decision, string? previous, string? patient, string? insurer, JsonElement response)
    {
        yield return new PriorAuthStatusChanged(resource, claim, decision, previous, patient);
        if (decision == InsurerDecision.Approved)
        {
            yield return new PriorAuthApproved(
                resource, claim, patient, response.Text("preAuthRef"), response.Child("preAuthPeriod")?.Text("end"), insurer);
        }

        if (decision == InsurerDecision.Denied) yield return new PriorAuthDenied(resource, claim, patient, InsurerDecision.Reason(response), insurer);
    }

    private static string? ClaimId(JsonElement response) =>
        response.ReferenceTo("request", "Claim") ?? response.Child("request")?.Child("identifier")?.Text("value");
}
