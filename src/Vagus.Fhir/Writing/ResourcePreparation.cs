using System.Text.Json;
using Vagus.Fhir.Deriving;
using Vagus.Fhir.Labels;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.R4.Validation;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Writing;

/// <summary>
/// From bytes to a <see cref="PreparedResource"/>: parse strictly, validate, give the id, work out where it will be found. No I/O.
/// </summary>
internal static class ResourcePreparation
{
    public static Result<PreparedResource> Prepare(
        ReadOnlyMemory<byte> json, string type, string id, OwnBases own, bool mustHaveId = false)
    {
        var parsed = FhirJson.ParseResource(json);
        if (parsed.Refusal is { } malformed) return malformed;
        using var document = parsed.Value;
        var resource = document.RootElement;
        if (resource.GetProperty("resourceType"u8).GetString() != type)
            return FhirRefusals.Invalid($"The body's resourceType is not {type}.");
        if (mustHaveId && !HasId(resource, id)) return FhirRefusals.Invalid("The body's id must be the id of the address.");
        return Validate(resource, own) is { } invalid ? invalid : Prepare(resource, type, id, own, rewrite: null);
    }

    public static Refusal? Validate(JsonElement resource, OwnBases own)
    {
        var issues = ResourceValidator.Validate(resource, own);
        return issues.Any(issue => issue.Severity == IssueSeverity.Error) ? new InvalidResource(issues) : null;
    }

    /// <summary>
    /// For a resource that is valid. The rewrite is a transaction's: it turns links to entries into links to what they become.
    /// </summary>
    public static PreparedResource Prepare(JsonElement resource, string type, string id, OwnBases own, LinkRewrite? rewrite)
    {
        var template = StoredBody.Write(resource, id, version: 0, DateTimeOffset.MinValue, rewrite);
        var document = OwnReferences.Read(template, own);
        var index = new SearchIndexer(own).ExtractStored(document, type);
        return new PreparedResource(type, id)
        {
            Body = new BodyTemplate(template),
            Document = document,
            Index = index,
            Patients = CompartmentReader.Patients(index, document, type),
            Sensitive = SecurityLabels.AreSensitive(document),
            Released = ReleaseToPatient.Allows(document, type),
        };
    }

    private static bool HasId(JsonElement resource, string id) =>
        resource.TryGetProperty("id"u8, out var given) && given.ValueKind == JsonValueKind.String && given.ValueEquals(id);
}
