using System.Globalization;
using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Fhir.Http;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Fhir.Writing;
using Vagus.Kernel;

namespace Vagus.Fhir.Bundles;

/// <summary>One entry of a batch or transaction as the client sent it, its request taken apart.</summary>
internal sealed record BundleEntry(int Index, string Method, string Url)
{
    public required string? FullUrl { get; init; }

    /// <summary>Undefined when the entry has none.</summary>
    public required JsonElement Resource { get; init; }

    public required string? IfNoneExist { get; init; }

    public required long? IfMatch { get; init; }

    /// <summary>The ifNoneMatch of a PUT or DELETE as it was sent; of these only <c>*</c> on a PUT is taken.</summary>
    public required string? IfNoneMatch { get; init; }

    /// <summary>What must hold of the current version before a PUT.</summary>
    public Precondition Condition => new(IfMatch, Absent: IfNoneMatch is not null);

    /// <summary>What the entry does with its resource, where it has one.</summary>
    public ResourceInteractions Writing => Method == "PUT" ? ResourceInteractions.Update : ResourceInteractions.Create;

    /// <summary>The resource type in the URL.</summary>
    public required string Type { get; init; }

    /// <summary>The id in the URL; null for a create or a search.</summary>
    public required string? Id { get; init; }

    /// <summary>The version in the URL of a GET; null for the current one.</summary>
    public long? Version { get; private init; }

    /// <summary>What follows the '?'; null when there is none.</summary>
    public required string? Query { get; init; }

    public bool HasResource => Resource.ValueKind == JsonValueKind.Object;

    public static Result<BundleEntry> Read(JsonElement entry, int index)
    {
        if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty("request", out var request)
            || request.ValueKind != JsonValueKind.Object) return At(index, "needs a request");
        if (PropertyText.Of(request, "method"u8) is not { } method || PropertyText.Of(request, "url"u8) is not { } url) return At(index, "needs a method and a url");
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
            IfNoneMatch = method is "PUT" or "DELETE" ? PropertyText.Of(request, "ifNoneMatch"u8) : null,
            Type = parts[0],
            Id = parts.Length > 1 ? parts[1] : null,
            Version = version,
            Query = query,
        };
        return read.Flaw() is { } flaw ? At(index, flaw) : read;
    }

    private string? Flaw()
    {
        if (Method is "POST" or "PUT" && !HasResource) return "needs a resource";
        if (HasResource && PropertyText.Of(Resource, "resourceType"u8) != Type) return "has a resource of another type than its url";
        return Method switch
        {
            "POST" when Id is not null => "creates with an id in its url; use PUT",
            "PUT" or "DELETE" when Query is not null || Id is null => "names no id; conditional updates and deletes are not supported",
            "PUT" or "DELETE" when !ResourceId.IsValid(Id!) => "has an id that R4 does not allow",
            "PUT" when IfNoneMatch is not null && !ConditionalHeaders.IsAny(IfNoneMatch) => "has an ifNoneMatch other than *",
            "DELETE" when IfNoneMatch is not null => "deletes with an ifNoneMatch",
            "PUT" when PropertyText.Of(Resource, "id"u8) != Id => "has a resource whose id is not that of its url",
            "GET" or "POST" or "PUT" or "DELETE" => null,
            _ => "has a method that is not supported in bundles",
        };
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
