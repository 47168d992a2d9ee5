using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;
using Vagus.Fhir.Deriving;
using Vagus.Kernel;

namespace Vagus.Care.Deriving;

/// <summary>
/// A critical value that does not hold: corrected to one that is not critical, entered in error, withdrawn, deleted, or another patient's.
/// A correction to another critical value is a critical value, which <see cref="LabEvents"/> tells.
/// </summary>
internal sealed class CorrectionEvents() : ChangeRule("Observation")
{
    protected override async ValueTask Derive(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if (change.Before is not { } before) return;
        if (PatientOf(change, before) is not { } patient) return;
        var now = change.After is { } after && change.Patients.Contains(patient) ? after : (JsonElement?)null;
        var told = await CriticalOf(before, patient, derivation, cancel);
        if (told.Count == 0) return;
        HashSet<string> holds = now is { } current
            ? [.. (await CriticalOf(current, patient, derivation, cancel)).Select(value => value.Test)] : [];
        foreach (var value in told.Where(value => !holds.Contains(value.Test)))
            await Tell(change, patient, before, value, derivation, cancel);
    }

    /// <summary>Whose alert it was: the subject's, else the first patient's. A deletion names its patients as those of now.</summary>
    private static PatientId? PatientOf(ResourceChange change, JsonElement before)
    {
        var patients = change.PatientsBefore.Count > 0 ? change.PatientsBefore : change.Patients;
        var subject = before.PatientIn("subject");
        return patients.Count == 0 ? null : patients.FirstOrDefault(each => each == subject, patients[0]);
    }

    private static async ValueTask<List<CriticalValue>> CriticalOf(
        JsonElement observation, PatientId patient, Derivation derivation, CancellationToken cancel)
    {
        var critical = (await LabEvents.CriticalIn(patient, observation, derivation, cancel)).Values;
        if (critical.Count > 0 || !await DeltaEvents.IsBeyond(observation, patient, derivation, cancel)) return critical;
        return [.. CriticalValue.Measured(observation).Take(1)];
    }

    private static ValueTask Tell(
        ResourceChange change, PatientId patient, JsonElement before, CriticalValue told, Derivation derivation, CancellationToken cancel)
    {
        var isOthers = change.After is not null && !change.Patients.Contains(patient);
        var correction = isOthers ? "other-patient" : CorrectionOf(change.After);
        var now = correction == "corrected" && change.After is { } after
            ? CriticalValue.Measured(after).FirstOrDefault(value => value.Test == told.Test) : null;
        // What was told of one patient is nothing to the other one, whose value it is.
        var about = isOthers ? change with { Patients = [patient] } : change;
        return derivation.Tell(about.WithBefore, async view => new Told(
            new LabCriticalCorrected(
                patient.Value, change.VersionedReference, change.Id, told.TestName, correction,
                await view.PatientName(patient.Value, cancel), told.Code, now?.Value, now?.ValueText, now?.Unit,
                told.Value, told.ValueText, told.Unit, await view.OrderingProvider(before, cancel),
                before.Text("effectiveDateTime") ?? before.Text("issued"), (change.After ?? before).Text("issued"), told.Place),
            patient));
    }

    private static string CorrectionOf(JsonElement? after) => after?.Status() switch
    {
        null => "deleted",
        "final" or "amended" or "corrected" => "corrected",
        "entered-in-error" => "entered-in-error",
        _ => "withdrawn",
    };
}
