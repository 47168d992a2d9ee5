using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;
using Vagus.Fhir.Deriving;
using Vagus.Fhir.Labels;

namespace Vagus.Care.Deriving;

/// <summary>Images, studies and the radiologist's reports.</summary>
internal sealed class RadiologyEvents() : ChangeRule("Binary", "ImagingStudy", "DiagnosticReport")
{
    protected override async ValueTask Derive(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if (change.After is not { } resource) return;
        if (change.Type == "Binary") await ImageUploaded(change, resource, derivation, cancel);
        else if (change.Type == "ImagingStudy") await StudyComplete(change, derivation, cancel);
        else if (resource.IsImaging()) await Report(change, resource, derivation, cancel);
    }

    // A Binary is in no patient's compartment; its security context says whose it is.
    private static async ValueTask ImageUploaded(ResourceChange change, JsonElement binary, Derivation derivation, CancellationToken cancel)
    {
        if (change.Before is not null || binary.Text("contentType") != "application/dicom") return;

        var context = binary.Reference("securityContext");
        var study = context is { Type: "ImagingStudy" } ? context.Id : null;
        await derivation.Tell(change, async view =>
        {
            var owner = context is { Type: "Patient" } ? new(context.Id) : (await view.Read(context, cancel))?.PatientIn("subject");
            return new Told(new RadiologyImageUploaded(change.VersionedReference, change.Id, owner?.Value, study), owner);
        });
    }

    private static async ValueTask StudyComplete(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if (change.Patient is not { } patient || change.BecameStatus("available") is not { } study) return;

        var series = study.Items("series").FirstOrDefault();
        await derivation.Tell(change, async view => new RadiologyStudyComplete(
            patient.Value,
            change.VersionedReference,
            change.Id,
            study.Text("description") ?? study.Concept("procedureCode") ?? series.Text("description"),
            study.Codings("modality").Concat(series.Codings("modality")).FirstOrDefault()?.Code,
            study.Child("numberOfInstances") is { ValueKind: JsonValueKind.Number } count
                && count.TryGetInt32(out var images) ? images : null,
            study.Reference("referrer") is { } referrer
                ? await view.Practitioner(referrer, cancel)
                : await view.OrderingProvider(study, cancel),
            study.ReferenceTo("basedOn", "ServiceRequest"),
            study.ReferenceTo("encounter", "Encounter")));
    }

    private static async ValueTask Report(ResourceChange change, JsonElement report, Derivation derivation, CancellationToken cancel)
    {
        if (change.Patient is not { } patient) return;

        var isFinal = change.Entered(candidate => candidate.IsImaging() && IsSigned(candidate)) is not null;
        var findings = IsSigned(report) ? await NewFindings(change, report, derivation, cancel) : [];
        if (!isFinal && findings.Count == 0) return;

        var order = report.ReferenceTo("basedOn", "ServiceRequest");
        var encounter = report.ReferenceTo("encounter", "Encounter");
        var study = report.Concept("code");
        if (isFinal)
        {
            await derivation.Tell(change, async view => new RadiologyReportFinalized(
                patient.Value, change.VersionedReference, change.Id, change.Released, study, report.Coding("code", Systems.Loinc),
                await view.OrderingProvider(report, cancel), order, encounter, report.Text("issued"),
                // What it says in words is for those who may read the report: more people hear that there is one.
                Study: report.ReferenceTo("imagingStudy", "ImagingStudy") is { } images ? $"ImagingStudy/{images}" : null));
        }

        foreach (var finding in findings)
        {
            await derivation.Tell(change, async view => new RadiologyCriticalAlert(
                patient.Value, change.VersionedReference, change.Id, finding.Display ?? finding.Code, finding,
                    $"Critical finding: {finding.Display ?? finding.Code}",
                await view.PatientName(patient.Value, cancel), study, await view.OrderingProvider(report, cancel), order, encounter));
        }
    }

    /// <summary>
    /// A finding that an amendment adds is as urgent as one of the first final version; one told before is not told again.
    /// </summary>
    private static async ValueTask<List<Coding>> NewFindings(
        ResourceChange change, JsonElement report, Derivation derivation, CancellationToken cancel)
    {
        var tenant = await derivation.Setting(CriticalFindings.Setting, cancel);
        var told = change.SamePatientBefore() is { } before && before.IsImaging() && IsSigned(before)
            ? CriticalFindings.In(before, tenant).Select(finding => finding.Code).ToHashSet(StringComparer.Ordinal)
            : [];
        return [.. CriticalFindings.In(report, tenant).Where(finding => !told.Contains(finding.Code))];
    }

    // An amended report was final before: its amendment does not finalize it again.
    private static bool IsSigned(JsonElement report) => ReleaseToPatient.IsSignedOff(report.Status());
}
