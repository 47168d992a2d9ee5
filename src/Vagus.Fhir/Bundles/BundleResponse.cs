using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Reading;

namespace Vagus.Fhir.Bundles;

/// <summary>The answer to a batch or transaction: an entry for each entry, in the same order (R4 §3.1.0.11.3).</summary>
internal static class BundleResponse
{
    /// <param name="type">Of the Bundle.</param>
    /// <param name="results">In the order of the entries.</param>
    /// <param name="returning">What the client prefers to get back of what it wrote; null: nothing.</param>
    public static FhirResponse Write(string type, IReadOnlyList<EntryResult> results, Return? returning)
    {
        results = [.. results.Select(result => result.Returning(returning))];
        var buffer = new ArrayBufferWriter<byte>(256 + results.Sum(result => result.Body.Length + 256));
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("resourceType"u8, "Bundle"u8);
            writer.WriteString("type"u8, type);
            if (results.Count > 0)
            {
                writer.WriteStartArray("entry"u8);
                foreach (var result in results) Write(writer, result);
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        // It stands in the entry too; the header is for all of them.
        return new FhirResponse(StatusCodes.Status200OK, buffer.WrittenMemory)
        {
            Notice = results.Select(result => result.Notice).FirstOrDefault(notice => notice is not null),
        };
    }

    private static void Write(Utf8JsonWriter writer, EntryResult result)
    {
        writer.WriteStartObject();
        if (!result.Failed && !result.Body.IsEmpty) WriteResource(writer, "resource"u8, result);
        writer.WriteStartObject("response"u8);
        writer.WriteString("status"u8, result.Status.ToString(CultureInfo.InvariantCulture));
        if (result.Location is not null) writer.WriteString("location"u8, result.Location);
        if (result.Stored is { } stored)
        {
            writer.WriteString("etag"u8, stored.ETag);
            writer.WriteString("lastModified"u8, StoredBody.InstantText(stored.UpdatedAt));
        }

        var warnings = result is { Warnings: { } told, Stored: { } written } ? told.Of(written) : [];
        if (result.Failed) WriteResource(writer, "outcome"u8, result);
        else if (result.IsConfirmed || warnings.Count > 0)
            WriteResource(writer, "outcome"u8, result with { Body = OperationOutcome.Write(warnings) });
        else if (result.Stored?.Notice is { } notice)
        {
            writer.WritePropertyName("outcome"u8);
            writer.WriteRawValue(RedisclosureNotices.OutcomeOf(notice), skipInputValidation: true);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteResource(Utf8JsonWriter writer, ReadOnlySpan<byte> name, EntryResult result)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(result.Body.Span, skipInputValidation: true);
    }
}
