using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;
using Vagus.Fhir.Deriving;
using Vagus.Kernel;

namespace Vagus.Care.Deriving;

/// <summary>Laboratory reports that can be read, and values that cannot wait for the report.</summary>
internal sealed class LabEvents() : ChangeRule("DiagnosticReport", "Observation")
{
    protected override async ValueTask Derive(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if (change.Patient is null || change.After is null) return;
        if (change.Type == "Observation") await CriticalValues(change, derivation, cancel);
        else await ResultAvailable(change, derivation, cancel);
    }

    private static async ValueTask ResultAvailable(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if (change.Entered(Readable) is not { } report) return;

        // A report on a biopsy is told as such.
        await derivation.Tell(change, async view =>
            await BiopsyEvents.BiopsyOf(report, view, cancel) is null ? await Available(change, report, view, cancel) : null);
    }

    private static async ValueTask<LabResultAvailable> Available(
        ResourceChange change, JsonElement report, RecordView view, CancellationToken cancel) =>
        new(
            change.Patient!.Value.Value,
            change.VersionedReference,
            change.Id,
            report.Status(),
            change.Released,
            report.Concept("code"),
            report.Coding("code", Systems.Loinc),
            await view.OrderingProvider(report, cancel),
            report.ReferenceTo("basedOn", "ServiceRequest"),
            report.ReferenceTo("encounter", "Encounter"),
            report.Text("issued"));

    private static string? Readable(JsonElement report) =>
        report.IsLaboratory() && report.Status() is ("final" or "amended" or "corrected") ? report.Status() : null;

    private static async ValueTask CriticalValues(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        var observation = change.After!.Value;
        if (observation.IsOfAnotherKind()) return;

        var (now, limits, person) = await CriticalIn(change.Patient!.Value, observation, derivation, cancel);
        if (now.Count == 0) return;

        var before = change.SamePatientBefore() is { } old
            ? CriticalValue.In(old, limits, person).Select(value => value.Key).ToHashSet(StringComparer.Ordinal) : [];
        foreach (var value in now.Where(value => !before.Contains(value.Key)))
        {
            await derivation.Tell(change, async view => await Alert(change, observation, value, view, cancel));
        }
    }

    /// <summary>The critical values of an observation, and by what they are critical.</summary>
    internal static async ValueTask<(List<CriticalValue> Values, JsonElement? Limits, MeasuredPerson Person)> CriticalIn(
        PatientId patient, JsonElement observation, Derivation derivation, CancellationToken cancel)
    {
        var limits = await derivation.Setting(CriticalLimits.Setting, cancel);
        var person = CriticalValue.DependsOnPerson(observation, limits)
            ? await Measured(patient, observation, derivation, cancel) : MeasuredPerson.Unknown;
        return ([.. CriticalValue.In(observation, limits, person)], limits, person);
    }

    /// <summary>It decides which limits hold, and nothing of it is told.</summary>
    private static async ValueTask<MeasuredPerson> Measured(
        PatientId patient, JsonElement observation, Derivation derivation, CancellationToken cancel)
    {
        var person = MeasuredPerson.Unknown;
        await derivation.Decide(async peek =>
        {
            if (await peek.Read("Patient", patient.Value, cancel) is { } known)
                person = MeasuredPerson.Of(known, observation, derivation.At);
            return true;
        });
        return person;
    }

    internal static async ValueTask<LabCriticalAlert> Alert(
        ResourceChange change, JsonElement observation, CriticalValue value, RecordView view, CancellationToken cancel) =>
        new(
            change.Patient!.Value.Value,
            change.VersionedReference,
            change.Id,
            value.TestName,
            value.Reason,
            await view.PatientName(change.Patient.Value.Value, cancel),
            value.Code,
            value.Value,
            value.ValueText,
            value.Unit,
            value.Interpretation,
            await view.OrderingProvider(observation, cancel),
            observation.ReferenceTo("basedOn", "ServiceRequest"),
            observation.ReferenceTo("encounter", "Encounter"),
            observation.Text("effectiveDateTime") ?? observation.Text("issued"),
            observation.Text("issued"),
            value.Place);
}
