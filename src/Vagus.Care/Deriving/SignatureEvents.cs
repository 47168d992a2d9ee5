using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;
using Vagus.Fhir.Deriving;

namespace Vagus.Care.Deriving;

/// <summary>What a clinician signed: a Provenance with a signature stands for the act; its targets say what it was about.</summary>
internal sealed class SignatureEvents() : ChangeRule("Provenance")
{
    /// <summary>A signature covers a handful of documents; a Provenance with more targets is an import, not an act of reading.</summary>
    private const int MostTargets = 50;

    protected override async ValueTask Derive(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if (change.Entered(provenance => provenance.Items("signature").Any()) is not { } provenance) return;

        var signature = provenance.Items("signature").First();
        var reviewed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var target in provenance.References("target").Distinct().Take(MostTargets))
        {
            if (target.Type == "Encounter") await derivation.Tell(change, view => EncounterSigned(target, signature, view, cancel));
            else await BiopsyReviewed(change, target, signature, reviewed, derivation, cancel);
        }
    }

    private static async ValueTask<Told?> EncounterSigned(
        FhirReference target, JsonElement signature, RecordView view, CancellationToken cancel)
    {
        if (await view.Read(target, cancel) is not { } encounter || encounter.PatientIn("subject") is not { } patient) return null;
        var version = await view.VersionOf(target.Type, target.Id, cancel);
        return new Told(
            new EncounterSigned(patient.Value, version!, target.Id, await Signer(signature, view, cancel), signature.Text("when")),
            patient);
    }

    // Signing the report and the order of the same biopsy with one signature is one review.
    private static async ValueTask BiopsyReviewed(
        ResourceChange change,
        FhirReference target,
        JsonElement signature,
        HashSet<string> reviewed,
        Derivation derivation,
        CancellationToken cancel)
    {
        string? told = null;
        await derivation.Tell(change, async view =>
        {
            if (await view.Read(target, cancel) is not { } signed) return null;
            var isReport = target.Type == "DiagnosticReport";
            var biopsy = isReport ? await BiopsyEvents.BiopsyOf(signed, view, cancel) : signed.IsBiopsyOrder() ? signed : null;
            if (biopsy is not { } order || order.PatientIn("subject") is not { } patient || reviewed.Contains(order.Id())) return null;

            told = order.Id();
            var version = await view.VersionOf(target.Type, target.Id, cancel);
            return new Told(
                new BiopsyReviewed(
                    patient.Value,
                    version!,
                    order.Id(),
                    isReport ? target.Id : null,
                    await Signer(signature, view, cancel),
                    signature.Text("when")),
                patient);
        });
        if (told is not null) reviewed.Add(told);
    }

    private static async ValueTask<string?> Signer(JsonElement signature, RecordView view, CancellationToken cancel) =>
        signature.Reference("who") is { } signer ? await view.Practitioner(signer, cancel) ?? signer.Id : null;
}
