using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Signatures;

/// <summary>A signature of a person over records: a Provenance with a detached JWS. Pure, but for the key.</summary>
internal static class SignedRecords
{
    /// <summary>The Provenance that signs these versions, the most important first.</summary>
    public static JsonObject Provenance(SigningKey key, string practitioner, DateTimeOffset at, IReadOnlyList<FhirRecord> records)
    {
        var when = Instants.Write(at);
        var provenance = RecordParts.Resource("Provenance");
        provenance["target"] = new JsonArray([.. records.Select(record => new JsonObject { ["reference"] = VersionOf(record) })]);
        provenance["recorded"] = when;
        provenance["activity"] = RecordParts.Concept("http://terminology.hl7.org/CodeSystem/v3-DocumentCompletion", "LA");
        provenance["agent"] = new JsonArray(new JsonObject
        {
            ["type"] = RecordParts.Concept("http://terminology.hl7.org/CodeSystem/provenance-participant-type", "author"),
            ["who"] = RecordParts.Reference("Practitioner", practitioner),
        });
        provenance["signature"] = new JsonArray(new JsonObject
        {
            ["type"] = new JsonArray(RecordParts.Coding("urn:iso-astm:E1762-95:2013", "1.2.840.10065.1.12.1.1", "Author's Signature")),
            ["when"] = when,
            ["who"] = RecordParts.Reference("Practitioner", practitioner),
            ["targetFormat"] = $"application/fhir+json;canonicalization={CanonicalJson.Method}",
            ["sigFormat"] = "application/jose",
            ["data"] = Convert.ToBase64String(Encoding.ASCII.GetBytes(Sign(key, practitioner, when, records))),
        });
        return provenance;
    }

    /// <summary>True where a Provenance with a signature names the record, also where the caller may not read it.</summary>
    public static async ValueTask<Result<bool>> IsSigned(RecordTurn turn, string type, string id)
    {
        var found = await turn.Decide("Provenance", $"target={type}/{id}", most: 1_000);
        return found.Refusal is { } refusal ? refusal : found.Value.Any(each => each.Json.Items("signature").Any());
    }

    private static string Sign(SigningKey key, string practitioner, string when, IReadOnlyList<FhirRecord> records) =>
        key.SignDetached(
            new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["canon"] = CanonicalJson.Method, ["sub"] = $"Practitioner/{practitioner}", ["sigT"] = when,
            },
            CanonicalJson.OfBundle(records.Select(record => (VersionOf(record), JsonElement.Parse(record.Body.Span)))));

    private static string VersionOf(FhirRecord record) =>
        string.Create(CultureInfo.InvariantCulture, $"{record.Reference}/_history/{record.Version}");
}
