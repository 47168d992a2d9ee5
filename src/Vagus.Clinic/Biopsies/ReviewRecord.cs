using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Clinic.Records;
using Vagus.Clinic.Signatures;
using Vagus.Fhir.Records;

namespace Vagus.Clinic.Biopsies;

/// <summary>
/// The review of a result: a Provenance with the provider's signature under this version of the report. It is never changed, and so neither
/// are decision and note. Pure.
/// </summary>
internal static class ReviewRecord
{
    public const string Decision = "decision";
    public const string Note = "note";
    private const string PartSystem = "urn:vagus:biopsy-review";
    private const string ParticipantSystem = "http://terminology.hl7.org/CodeSystem/provenance-participant-type";
    private const string SignatureSystem = "urn:iso-astm:E1762-95:2013";

    // Verification Signature: the signer has examined what is signed (ASTM E1762).
    private const string Verification = "1.2.840.10065.1.12.1.5";

    public static JsonObject Of(
        SigningKey key, FhirRecord report, string practitioner, string decision, string? note, DateTimeOffset at)
    {
        var review = SignedRecords.Provenance(key, practitioner, at, [report]);
        var reasons = new JsonArray(Part(Decision, decision));
        if (note is not null) reasons.Add(Part(Note, note));
        review["reason"] = reasons;
        if (review["agent"]?[0] is JsonObject agent) agent["type"] = RecordParts.Concept(ParticipantSystem, "verifier");
        if (review["signature"]?[0] is JsonObject signature)
            signature["type"] = new JsonArray(RecordParts.Coding(SignatureSystem, Verification, "Verification Signature"));
        return review;
    }

    /// <summary>Of a review that came to be here; null for a signature that says nothing more.</summary>
    public static string? PartOf(JsonElement review, string part) => review.Items("reason")
        .Where(reason => reason.Code("coding", PartSystem) == part)
        .Select(reason => reason.Text("text")).FirstOrDefault(text => text is not null);

    private static JsonObject Part(string part, string text) => RecordParts.Concept(PartSystem, part, text: text);
}
