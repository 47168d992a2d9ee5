using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Store;
using Vagus.Fhir.Writing;
using Vagus.Kernel;

namespace Vagus.Fhir.Http;

/// <summary>The request headers that make an interaction depend on the current version.</summary>
internal static class ConditionalHeaders
{
    private static readonly Refusal NoneMatchTakesAny =
        FhirRefusals.Invalid("If-None-Match of an update must be *: create, and never overwrite.");

    /// <summary>
    /// What If-Match and If-None-Match demand of an update. Of the latter only <c>*</c> is taken: "create, do not overwrite". A list of
    /// versions would mean "overwrite unless it is one of these": that is more likely a mistake, and ignoring the header would overwrite
    /// data.
    /// </summary>
    public static Result<Precondition> OfUpdate(HttpRequest request)
    {
        var ifMatch = IfMatch(request.Headers.IfMatch);
        if (ifMatch.Refusal is { } malformed) return malformed;
        var ifNoneMatch = request.Headers.IfNoneMatch;
        if (ifNoneMatch.Count > 0 && !IsAny(ifNoneMatch.ToString())) return NoneMatchTakesAny;
        return new Precondition(ifMatch.Value, Absent: ifNoneMatch.Count > 0);
    }

    /// <summary>A deletion takes no If-None-Match: it would ask to delete what is not there.</summary>
    public static Result<long?> OfDelete(HttpRequest request) =>
        request.Headers.IfNoneMatch.Count > 0
            ? FhirRefusals.Invalid("A deletion takes no If-None-Match.")
            : IfMatch(request.Headers.IfMatch);

    /// <summary>Nor does a patch.</summary>
    public static Result<long?> OfChange(HttpRequest request) =>
        request.Headers.IfNoneMatch.Count > 0
            ? FhirRefusals.Invalid("A patch takes no If-None-Match.")
            : IfMatch(request.Headers.IfMatch);

    public static bool IsAny(string tag) => tag.AsSpan().Trim() is "*";

    /// <summary>What the client of a read has already (If-None-Match, If-Modified-Since).</summary>
    public static KnownVersion KnownVersion(HttpRequest request)
    {
        var since = request.Headers.IfModifiedSince is { Count: > 0 } at ? InstantOf(at.ToString()) : null;
        return request.Headers.IfNoneMatch is { Count: > 0 } tags
            ? Known(tags.ToString(), since) : new KnownVersion(null, IsAny: false, since);
    }

    /// <summary>The same from an entry of a Bundle.</summary>
    public static KnownVersion KnownVersion(string? ifNoneMatch, string? ifModifiedSince)
    {
        var since = ifModifiedSince is null ? null : InstantOf(ifModifiedSince);
        return ifNoneMatch is null ? new KnownVersion(null, IsAny: false, since) : Known(ifNoneMatch, since);
    }

    private static KnownVersion Known(string tags, DateTimeOffset? since) =>
        new([.. tags.Split(',').Select(VersionOf).OfType<long>()], IsAny(tags), since);

    private static DateTimeOffset? InstantOf(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant : null;

    /// <summary>The version in a weak or strong entity tag.</summary>
    public static long? VersionOf(string tag)
    {
        var text = tag.AsSpan().Trim();
        if (text.StartsWith("W/", StringComparison.Ordinal)) text = text[2..];
        if (text.Length > 2 && text[0] == '"' && text[^1] == '"') text = text[1..^1];
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;
    }

    /// <summary>The version that If-Match names; null when the header is absent.</summary>
    private static Result<long?> IfMatch(StringValues header)
    {
        if (header.Count == 0) return (long?)null;
        return VersionOf(header.ToString()) is { } version ? version : FhirRefusals.Invalid("If-Match must be a version: W/\"3\".");
    }
}
