using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;

namespace Vagus.Fhir.Records;

/// <summary>One version of a resource, as another room reads it.</summary>
/// <param name="Type">Its resource type.</param>
/// <param name="Id">Its logical id.</param>
/// <param name="Version">Its version, from 1 on.</param>
/// <param name="UpdatedAt">When this version was written.</param>
/// <param name="Body">The JSON that <c>/fhir</c> serves.</param>
/// <param name="Json">The same to be looked at: references below this server's own addresses are relative.</param>
public sealed record FhirRecord(
    string Type, string Id, long Version, DateTimeOffset UpdatedAt, ReadOnlyMemory<byte> Body, JsonElement Json)
{
    public string Reference => $"{Type}/{Id}";

    /// <summary>A copy to be changed and written.</summary>
    public JsonObject ToObject() =>
        JsonNode.Parse(Body.Span)?.AsObject() ?? throw new InvalidOperationException("A resource is a JSON object.");

    internal static FhirRecord Of(StoredResource stored, OwnBases own)
    {
        var body = stored.Body ?? throw new InvalidOperationException("The version has no content.");
        return new FhirRecord(stored.Type, stored.Id, stored.Version, stored.UpdatedAt, body, OwnReferences.Read(body, own));
    }
}

/// <summary>A page of a search.</summary>
/// <param name="Items">What matches.</param>
/// <param name="Included">What goes with the matches by <c>_include</c> and <c>_revinclude</c>.</param>
/// <param name="Total">How many match in all, where it is known.</param>
/// <param name="Cursor">Where the page ended; null on the last one.</param>
public sealed record RecordPage(IReadOnlyList<FhirRecord> Items, IReadOnlyList<FhirRecord> Included, long? Total, string? Cursor);
