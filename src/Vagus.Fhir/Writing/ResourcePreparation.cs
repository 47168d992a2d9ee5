using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Fhir.Labels;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.R4.Validation;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Writing;

/// <summary>
/// The only way to a <see cref="PreparedResource"/>, and so to a create or an update: what the caller may write, parse strictly, validate,
/// the rules for its type, where it will be found. No I/O.
/// </summary>
internal static class ResourcePreparation
{
    private static readonly Refusal InTooManyRecords = FhirRefusals.TooCostly(
        $"The resource has more than {IndexedValues.MostValues} references that place it in records: split it.");

    /// <summary>A resource by itself, from its bytes.</summary>
    public static Result<PreparedResource> OfBody(
        FhirCall call, ResourceInteractions interaction, string type, string id, ReadOnlyMemory<byte> json, LinkRewrite? rewrite = null) =>
        OfBody(call, interaction, type, id, json, resource => Validate(resource, call.Own), rewrite);

    /// <summary>
    /// The next version of a resource of which the server's own use cases change a part. A rule that the version before breaks, too, is
    /// younger than that version, and no reason to refuse the change.
    /// </summary>
    public static Result<PreparedResource> OfChange(
        FhirCall call, string type, string id, ReadOnlyMemory<byte> json, ReadOnlyMemory<byte> before) =>
        OfBody(call, ResourceInteractions.Update, type, id, json, resource => Validate(resource, before, call.Own), rewrite: null);

    private static Result<PreparedResource> OfBody(
        FhirCall call, ResourceInteractions interaction, string type, string id, ReadOnlyMemory<byte> json,
        Func<JsonElement, Refusal?> validate, LinkRewrite? rewrite)
    {
        if (call.Refuse(interaction, type) is { } forbidden) return forbidden;
        var parsed = FhirJson.ParseResource(json);
        if (parsed.Refusal is { } malformed) return malformed;
        using var document = parsed.Value;
        var resource = document.RootElement;
        if (PropertyText.Of(resource, "resourceType"u8) != type) return FhirRefusals.Invalid($"The body's resourceType is not {type}.");
        if (interaction == ResourceInteractions.Update && PropertyText.Of(resource, "id"u8) != id)
            return FhirRefusals.Invalid("The body's id must be the id of the address.");
        return validate(resource) is { } invalid ? invalid : OfValid(call, type, id, resource, rewrite);
    }

    /// <summary>A resource of a batch: each entry is valid or not by itself. The rewrite turns links into what they become.</summary>
    public static Result<PreparedResource> OfEntry(
        FhirCall call, ResourceInteractions interaction, string type, string id, JsonElement resource, LinkRewrite rewrite)
    {
        if (call.Refuse(interaction, type) is { } forbidden) return forbidden;
        return Validate(resource, call.Own) is { } invalid ? invalid : OfValid(call, type, id, resource, rewrite);
    }

    /// <summary>Why the caller may not write the resource of a request that stands alone, or why it is not valid; else null.</summary>
    public static Refusal? Check(FhirCall call, ResourceInteractions interaction, string type, JsonElement resource) =>
        call.Refuse(interaction, type) ?? Validate(resource, call.Own);

    /// <summary>A resource of a transaction, which has been validated as a whole.</summary>
    public static Result<PreparedResource> OfValidEntry(
        FhirCall call, ResourceInteractions interaction, string type, string id, JsonElement resource, LinkRewrite rewrite) =>
        call.Refuse(interaction, type) is { } forbidden ? forbidden : OfValid(call, type, id, resource, rewrite);

    /// <summary>A message as the room that keeps messages has written it: what it holds needs no validation.</summary>
    public static PreparedResource OfMessage(FhirCall call, string id, ReadOnlyMemory<byte> json, IReadOnlyList<string> takingPart)
    {
        using var document = JsonDocument.Parse(json);
        return WorkOut(call.Caller, RowScope.OfThreads, id, document.RootElement, call.Own, rewrite: null) with { TakingPart = takingPart };
    }

    public static InvalidResource? Validate(JsonElement resource, OwnBases own)
    {
        var issues = ResourceValidator.Validate(resource, own);
        return issues.Any(IsError) ? new InvalidResource(issues) : null;
    }

    private static InvalidResource? Validate(JsonElement resource, ReadOnlyMemory<byte> before, OwnBases own)
    {
        if (Validate(resource, own) is not { } invalid) return null;
        using var old = JsonDocument.Parse(before);
        var known = ResourceValidator.Validate(old.RootElement, own);
        return invalid.Issues.Where(IsError).All(known.Contains) ? null : invalid;
    }

    private static bool IsError(FhirIssue issue) => issue.Severity == IssueSeverity.Error;

    /// <summary>The resource with the labels that it must keep, which its author has just left out.</summary>
    public static PreparedResource Relabelled(PreparedResource resource, JsonElement labelled, OwnBases own) =>
        WorkOut(resource.Author, resource.Type, resource.Id, labelled, own, rewrite: null) with
        {
            Withheld = resource.Withheld, TakingPart = resource.TakingPart,
        };

    private static Result<PreparedResource> OfValid(FhirCall call, string type, string id, JsonElement resource, LinkRewrite? rewrite)
    {
        IReadOnlyList<string> withheld = [];
        if (type == SubscriptionBody.Type && call.MovesSubscription is null) (resource, withheld) = SubscriptionBody.Of(resource);
        var prepared = WorkOut(call.Caller, type, id, resource, call.Own, rewrite) with
        {
            Withheld = withheld,
            TakingPart = type == RowScope.OfOwners ? [call.MovesSubscription?.Owner ?? call.Caller.OwnerName] : null,
        };
        // Refused, not truncated: the resource would be missing in the records of the patients that were not read.
        if (prepared.Index.IsTruncated && new CompartmentReader(call.Own).NamesTooMany(prepared.Document, type)) return InTooManyRecords;
        return WriteRules.Refuse(call.Caller, prepared) is { } refused ? refused : prepared;
    }

    private static PreparedResource WorkOut(
        Caller author, string type, string id, JsonElement resource, OwnBases own, LinkRewrite? rewrite)
    {
        var template = StoredBody.Write(resource, id, version: 0, DateTimeOffset.MinValue, rewrite);
        var document = OwnReferences.Read(template, own);
        var index = new SearchIndexer(own).Extract(document, type);
        return new PreparedResource(type, id)
        {
            Author = author,
            Body = new BodyTemplate(template),
            Document = document,
            Index = index,
            Patients = CompartmentReader.Patients(index, document, type),
            Labels = SecurityLabels.CategoriesOf(document),
            Released = ReleaseToPatient.Allows(document, type),
        };
    }
}
