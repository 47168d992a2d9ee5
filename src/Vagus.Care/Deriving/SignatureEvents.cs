using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;
using Vagus.Fhir.Deriving;

namespace Vagus.Care.Deriving;

/// <summary>What a clinician signed: a Provenance with a signature stands for the act; its targets say what it was about.</summary>
internal sealed class SignatureEvents : IDeriveEvents
{
    /// <summary>A signature covers a handful of documents; a Provenance with more targets is an import, not an act of reading.</summary>
    private const int MostTargets = 50;

    public IReadOnlySet<string> ResourceTypes { get; } = new HashSet<string> { "Provenance" };

    public async ValueTask Derive(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if (change.Entered(provenance => provenance.Items("signature").Any()) is not { } provenance) return;

        var signature = provenance.Items("signature").First();
        var signer = signature.Reference("who");
        var by = signer is null ? null : await derivation.Practitioner(signer, cancel) ?? signer.Id;
        var reviewed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var target in provenance.References("target").Distinct().Take(MostTargets))
        {
            if (await derivation.Read(target, cancel) is not { } signed) continue;
            if (target.Type == "Encounter") EncounterSigned(change, signed, by, signature.Text("when"), derivation);
            else await BiopsyReviewed(change, signed, by, signature.Text("when"), derivation, reviewed, cancel);
        }
    }

    private static void EncounterSigned(ResourceChange change, JsonElement encounter, string? by, string? at, Derivation derivation)
    {
        if (encounter.PatientIn("subject") is not { } patient) return;
        derivation.Emit(change with { Patient = patient }, new EncounterSigned(patient.Value, encounter.VersionedReference(), encounter.Id(), by, at));
    }

    // Signing the report and the order of the same biopsy with one signature is one review.
    private static async ValueTask BiopsyReviewed(
        ResourceChange change, JsonElement signed, string? by, string? at, Derivation derivation, HashSet<string> reviewed, CancellationToken cancel)
    {
        var isReport = signed.Text("resourceType") == "DiagnosticReport";
        var biopsy = isReport ? await BiopsyEvents.BiopsyOf(signed, derivation, cancel) : signed.IsBiopsyOrder() ? signed : null;
        if (biopsy is not { } order || order.PatientIn("subject") is not { } patient || !reviewed.Add(order.Id())) return;

        derivation.Emit(
            change with { Patient = patient },
            new BiopsyReviewed(patient.Value, signed.VersionedReference(), order.Id(), isReport ? signed.Id() : null, by, at));
    }
}
