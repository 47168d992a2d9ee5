using System.Globalization;
using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;
using Vagus.Fhir.Deriving;
using Vagus.Fhir.Meaning;

namespace Vagus.Care.Deriving;

/// <summary>The insurer's side of billing: what it answered to a claim or to a request for prior authorization.</summary>
internal sealed class ClaimResponseEvents() : ChangeRule("ClaimResponse")
{
    protected override async ValueTask Derive(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if (change.Entered(StateOf) is not { } response || ClaimId(response) is not { } claim) return;

        var decision = InsurerDecision.Of(response)!;
        var previous = change.Before is { } before ? InsurerDecision.Of(before) : null;
        var patient = response.PatientIn("patient") ?? change.Patient;
        var answer = new Answer(change.VersionedReference, claim, decision, previous, patient?.Value, response);
        foreach (var tell in ClaimEvents.IsPriorAuthorization(response) ? PriorAuthorization(answer) : Claim(answer))
        {
            await derivation.Tell(change.WithBefore, async view => await view.MayName("Claim", claim, cancel)
                ? new Told(tell(response.Child("insurer") is { } reference ? await view.NameOf(reference, cancel) : null), patient)
                : null);
        }
    }

    // What the change of status means is told beside it: worklists listen to the one, people to the other.
    private static IEnumerable<Func<string?, EventData>> Claim(Answer told)
    {
        if (told.Decision != told.Previous)
            yield return _ => new ClaimStatusChanged(told.Resource, told.Claim, told.Decision, told.Previous, told.Patient);
        if (told.Decision == InsurerDecision.Denied)
        {
            yield return insurer => new ClaimDenied(
                told.Resource, told.Claim, told.Patient, InsurerDecision.Reason(told.Response), insurer);
        }

        if (told.Decision != InsurerDecision.Paid) yield break;

        var amount = told.Response.Child("payment")?.Child("amount");
        yield return insurer => new ClaimPaid(
            told.Resource, told.Claim, told.Patient, amount?.Number("value"), amount?.Text("currency"), insurer);
    }

    private static IEnumerable<Func<string?, EventData>> PriorAuthorization(Answer told)
    {
        yield return _ => new PriorAuthStatusChanged(told.Resource, told.Claim, told.Decision, told.Previous, told.Patient);
        if (told.Decision == InsurerDecision.Approved)
        {
            var (number, until) = (told.Response.Text("preAuthRef"), told.Response.Child("preAuthPeriod")?.Text("end"));
            yield return insurer => new PriorAuthApproved(told.Resource, told.Claim, told.Patient, number, until, insurer);
        }

        if (told.Decision == InsurerDecision.Denied)
        {
            yield return insurer => new PriorAuthDenied(
                told.Resource, told.Claim, told.Patient, InsurerDecision.Reason(told.Response), insurer);
        }
    }

    // What the insurer pays may come in parts: each further amount is told, and the same one is not told again.
    private static string? StateOf(JsonElement response) => InsurerDecision.Of(response) is not InsurerDecision.Paid and var decision
        ? decision
        : string.Create(CultureInfo.InvariantCulture, $"{InsurerDecision.Paid} {InsurerDecision.Payment(response):G29}");

    private static string? ClaimId(JsonElement response) =>
        response.ReferenceTo("request", "Claim") ?? response.Child("request")?.Child("identifier")?.Text("value");

    private sealed record Answer(string Resource, string Claim, string Decision, string? Previous, string? Patient, JsonElement Response);
}
