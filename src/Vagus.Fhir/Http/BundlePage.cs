using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Search.Request;
using Vagus.Fhir.Store;

namespace Vagus.Fhir.Http;

/// <summary>
/// A page of a searchset or history Bundle, written straight into bytes: the resources' own JSON is copied, never parsed again.
/// </summary>
internal sealed class BundlePage(string type, FhirCall call, string self)
{
    private readonly List<(StoredResource Resource, EntryRole Role, MatchGrade? Grade)> entries = [];

    /// <summary>The address of the next page; null on the last.</summary>
    public string? Next { get; set; }

    public long? Total { get; set; }

    /// <inheritdoc cref="StoredResource.Notice"/>
    public string? Notice { get; set; }

    /// <summary>What the reader must know of the page beside its entries.</summary>
    public IReadOnlyList<string> Warnings { get; set; } = [];

    public static BundlePage OfSearch(FhirCall call, SearchPage found)
    {
        var address = $"{call.BaseUrl}/{found.Search.Address}";
        var page = new BundlePage("searchset", call, $"{address}{found.SelfQuery}")
        {
            Total = found.Total, Notice = found.Notice, Warnings = found.Warnings,
        };
        foreach (var match in found.Matches) page.AddMatch(Subsetted(match, found));
        foreach (var included in found.Included) page.entries.Add((Subsetted(included, found), EntryRole.Include, null));
        if (found.NextQuery is { } next) page.Next = $"{address}{next}";
        return page;
    }

    public void AddMatch(StoredResource resource) => entries.Add((resource, EntryRole.Match, null));

    /// <summary>A match with how well it does.</summary>
    public void AddMatch(StoredResource resource, MatchGrade grade) => entries.Add((resource, EntryRole.Match, grade));

    public void AddVersion(StoredResource resource) => entries.Add((resource, EntryRole.Version, null));

    private static StoredResource Subsetted(StoredResource resource, SearchPage found) =>
        resource.Body is { } body && found.Search.Subset is { } subset ? resource with { Body = subset.Of(body) } : resource;

    public FhirResponse ToResponse() => new(StatusCodes.Status200OK, ToBytes()) { Notice = Notice };

    public ReadOnlyMemory<byte> ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>(1024 + entries.Sum(entry => (entry.Resource.Body?.Length ?? 0) + 256));
        using (var writer = new Utf8JsonWriter(buffer)) Write(writer);
        return buffer.WrittenMemory;
    }

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("resourceType"u8, "Bundle"u8);
        writer.WriteString("type"u8, type);
        if (Total is { } total) writer.WriteNumber("total"u8, total);
        writer.WriteStartArray("link"u8);
        WriteLink(writer, "self"u8, self);
        if (Next is not null) WriteLink(writer, "next"u8, Next);
        writer.WriteEndArray();
        if (entries.Count > 0 || Warnings.Count > 0) WriteEntries(writer);
        writer.WriteEndObject();
    }

    // The format that was named for this page holds for the next one, too.
    private void WriteLink(Utf8JsonWriter writer, ReadOnlySpan<byte> relation, string url)
    {
        writer.WriteStartObject();
        writer.WriteString("relation"u8, relation);
        writer.WriteString("url"u8, call.Carrying(url));
        writer.WriteEndObject();
    }

    private void WriteEntries(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("entry"u8);
        foreach (var (resource, role, grade) in entries)
        {
            writer.WriteStartObject();
            writer.WriteString("fullUrl"u8, $"{call.BaseUrl}/{resource.Type}/{resource.Id}");
            if (resource.Body is { } body)
            {
                writer.WritePropertyName("resource"u8);
                writer.WriteRawValue(body, skipInputValidation: true);
            }

            if (role == EntryRole.Version) WriteInteraction(writer, resource);
            else WriteSearch(writer, role == EntryRole.Match ? "match"u8 : "include"u8, grade);
            writer.WriteEndObject();
        }

        // A history has no place for it (bdl-3, bdl-4): there it stands in the header alone.
        if (Notice is not null && type == "searchset") WriteOutcome(writer, RedisclosureNotices.OutcomeOf(Notice));
        if (Warnings.Count > 0)
            WriteOutcome(writer, OperationOutcome.Write([.. Warnings.Select(text => new FhirIssue(IssueSeverity.Warning, "not-supported", text))]));
        writer.WriteEndArray();
    }

    private static void WriteOutcome(Utf8JsonWriter writer, byte[] outcome)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("resource"u8);
        writer.WriteRawValue(outcome, skipInputValidation: true);
        WriteSearch(writer, "outcome"u8);
        writer.WriteEndObject();
    }

    private static void WriteSearch(Utf8JsonWriter writer, ReadOnlySpan<byte> mode, MatchGrade? grade = null)
    {
        writer.WriteStartObject("search"u8);
        grade?.WriteExtension(writer);
        writer.WriteString("mode"u8, mode);
        grade?.WriteScore(writer);
        writer.WriteEndObject();
    }

    // bdl-3 and bdl-4: every entry of a history has a request and a response.
    private void WriteInteraction(Utf8JsonWriter writer, StoredResource resource)
    {
        writer.WriteStartObject("request"u8);
        writer.WriteString("method"u8, resource.Interaction);
        writer.WriteString("url"u8, resource.Interaction == "POST" ? resource.Type : $"{resource.Type}/{resource.Id}");
        writer.WriteEndObject();
        writer.WriteStartObject("response"u8);
        writer.WriteString("status"u8, StatusOf(resource).ToString(CultureInfo.InvariantCulture));
        writer.WriteString("location"u8, call.LocationOf(resource));
        writer.WriteString("etag"u8, resource.ETag);
        writer.WriteString("lastModified"u8, StoredBody.InstantText(resource.UpdatedAt));
        writer.WriteEndObject();
    }

    private static int StatusOf(StoredResource resource) => resource.Interaction switch
    {
        "POST" => StatusCodes.Status201Created,
        "PUT" when resource.Version == 1 => StatusCodes.Status201Created,
        "DELETE" => StatusCodes.Status204NoContent,
        _ => StatusCodes.Status200OK,
    };

    private enum EntryRole
    {
        Match,
        Include,
        Version,
    }
}
