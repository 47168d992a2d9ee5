using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;
using Vagus.Fhir.Deriving;

namespace Vagus.Care.Deriving;

/// <summary>An allergy begins to count, or ceases to.</summary>
internal sealed class AllergyEvents() : ChangeRule("AllergyIntolerance")
{
    protected override async ValueTask Derive(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if (change.Patient is not { } patient) return;

        if (change.Entered(IsActive) is { } added)
        {
            await derivation.Tell(change, async view => new PatientAllergyAdded(
                patient.Value,
                change.VersionedReference,
                change.Id,
                added.Concept("code"),
                added.Coding("code", Systems.Snomed),
                added.Text("criticality"),
                await view.PatientName(patient.Value, cancel)));
        }
        else if (change.Before is { } before && IsActive(before) && !(change.After is { } after && IsActive(after)))
        {
            await derivation.Tell(change.WithBefore, new PatientAllergyRemoved(
                patient.Value,
                change.VersionedReference,
                change.Id,
                Reason(change.After),
                before.Concept("code"),
                before.Coding("code", Systems.Snomed)));
        }
    }

    /// <summary>A missing clinical status counts as active: an allergy that somebody forgot to qualify is still an allergy.</summary>
    public static bool IsActive(JsonElement allergy) =>
        !allergy.Codings("verificationStatus").Any(status => status.Code is "entered-in-error" or "refuted")
        && !allergy.Codings("clinicalStatus").Any(status => status.Code is "inactive" or "resolved");

    private static string Reason(JsonElement? after)
    {
        if (after is not { } allergy) return "deleted";
        var verification = allergy.Codings("verificationStatus").FirstOrDefault(status => status.Code is "entered-in-error" or "refuted");
        return verification?.Code ?? allergy.Codings("clinicalStatus").FirstOrDefault()?.Code ?? "inactive";
    }
}
