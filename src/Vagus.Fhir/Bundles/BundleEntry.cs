using System.Globalization;
using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Fhir.Http;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.R4.Patching;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Store;
using Vagus.Fhir.Writing;
using Vagus.Kernel;

namespace Vagus.Fhir.Bundles;

/// <summary>
/// One entry of a batch or transaction as the client sent it, its request taken apart; or a conditional request, which is an entry that
/// stands alone.
/// </summary>
internal sealed record BundleEntry(int Index, string Method, string Url)
{
    public string? FullUrl { get; init; }

    /// <summary>Undefined when the entry has none.</summary>
    public JsonElement Resource { get; init; }

    public string? IfNoneExist { get; init; }

    public long? IfMatch { get; init; }

    /// <summary>The ifNoneMatch as it was sent; of a PUT only <c>*</c> is taken, of a DELETE nothing.</summary>
    public string? IfNoneMatch { get; init; }

    public string? IfModifiedSince { get; init; }

    /// <summary>What must hold of the current version before a PUT.</summary>
    public Precondition Condition => new(IfMatch, Absent: IfNoneMatch is not null);

    /// <summary>What the client of a GET has already.</summary>
    public KnownVersion Known => ConditionalHeaders.KnownVersion(IfNoneMatch, IfModifiedSince);

    /// <summary>What the entry does with its resource, where it has one.</summary>
    public ResourceInteractions Writing => Method == "PUT" ? ResourceInteractions.Update : ResourceInteractions.Create;

    /// <summary>The resource type in the URL.</summary>
    public required string Type { get; init; }

    /// <summary>The id in the URL; null for a create, a search, or what a condition chooses.</summary>
    public string? Id { get; init; }

    /// <summary>The version in the URL of a GET; null for the current one.</summary>
    public long? Version { get; private init; }

    /// <summary>What follows the '?'; null when there is none.</summary>
    public string? Query { get; init; }

    /// <summary>Of a PATCH.</summary>
    public ResourcePatch? Patch { get; init; }

    /// <summary>True where a search in place of an id names what a PUT, PATCH or DELETE changes.</summary>
    public bool IsConditional => Method is "PUT" or "PATCH" or "DELETE" && Id is null;

    public bool HasResource => Resource.ValueKind == JsonValueKind.Object;

    public static Result<BundleEntry> Read(JsonElement entry, int index, TimeProvider clock)
    {
        if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty("request", out var request)
            || request.ValueKind != JsonValueKind.Object) return At(index, "needs a request");
        if (PropertyText.Of(request, "method"u8) is not { } method || PropertyText.Of(request, "url"u8) is not { } url)
            return At(index, "needs a method and a url");
        var (path, query) = Split(url);
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length is 0 or > 4 || !R4Definitions.IsResourceType(parts[0]))
            return At(index, "has a url that names no R4 resource type");
        // [type], [type]/[id] or [type]/[id]/_history/[vid]: nothing else may be taken for one of them.
        long? version = null;
        if (parts.Length > 2 && (method != "GET" || (version = VersionIn(parts)) is null))
            return At(index, "has a url that bundles do not support");
        long? ifMatch = null;
        if (PropertyText.Of(request, "ifMatch"u8) is { } tag && (ifMatch = ConditionalHeaders.VersionOf(tag)) is null)
        {
            return At(index, "has an ifMatch that is no version");
        }

        var read = new BundleEntry(index, method, path)
        {
            FullUrl = PropertyText.Of(entry, "fullUrl"u8),
            Resource = entry.TryGetProperty("resource", out var resource) ? resource : default,
            IfNoneExist = PropertyText.Of(request, "ifNoneExist"u8),
            IfMatch = ifMatch,
            IfNoneMatch = PropertyText.Of(request, "ifNoneMatch"u8),
            IfModifiedSince = PropertyText.Of(request, "ifModifiedSince"u8),
            Type = parts[0],
            Id = parts.Length > 1 ? parts[1] : null,
            Version = version,
            Query = query,
        };
        if (read.Flaw() is { } flaw) return At(index, flaw);
        return method == "PATCH" ? read.WithPatch(clock) : read;
    }

    private string? Flaw()
    {
        if (Method is "POST" or "PUT" or "PATCH" && !HasResource) return "needs a resource";
        if (Method != "PATCH" && HasResource && PropertyText.Of(Resource, "resourceType"u8) != Type)
            return "has a resource of another type than its url";
        return Method switch
        {
            "POST" when Id is not null => "creates with an id in its url; use PUT",
            "PUT" or "PATCH" or "DELETE" when Id is null && string.IsNullOrEmpty(Query) => "names neither an id nor a condition",
            "PUT" or "PATCH" or "DELETE" when Id is not null && Query is not null => "names an id and a condition",
            "PUT" or "PATCH" or "DELETE" when Id is not null && !ResourceId.IsValid(Id) => "has an id that R4 does not allow",
            "PUT" when IfNoneMatch is not null && !ConditionalHeaders.IsAny(IfNoneMatch) => "has an ifNoneMatch other than *",
            "DELETE" or "PATCH" when IfNoneMatch is not null => "changes what is there, with an ifNoneMatch",
            "PUT" when Id is not null && PropertyText.Of(Resource, "id"u8) != Id => "has a resource whose id is not that of its url",
            "GET" or "POST" or "PUT" or "PATCH" or "DELETE" => null,
            _ => "has a method that is not supported in bundles",
        };
    }

    private Result<BundleEntry> WithPatch(TimeProvider clock)
    {
        var patch = PatchBody.OfResource(Resource, clock);
        return patch.Refusal is { } refused ? refused : this with { Patch = patch.Value };
    }

    private static long? VersionIn(string[] parts) =>
        parts.Length == 4 && parts[2] == "_history"
            && long.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;

    private static (string Path, string? Query) Split(string url)
    {
        var mark = url.IndexOf('?', StringComparison.Ordinal);
        return mark < 0 ? (url, null) : (url[..mark], url[(mark + 1)..]);
    }

    private static Refusal At(int index, string flaw) => FhirRefusals.Invalid($"Bundle.entry[{index}] {flaw}.");
}
