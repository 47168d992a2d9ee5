using System.Text.Json;
using Vagus.Fhir.R4.Json;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;

namespace Vagus.Messaging.Exporting;

/// <summary>
/// A conversation as a FHIR Bundle of Communications with plain contents, written page by page. Where a key cannot be had the answer breaks
/// off and is no JSON.
/// </summary>
internal sealed class WriteBundle(OpenedPages pages, TimeProvider clock)
{
    public async Task Run(Stream to, ThreadRow thread, CancellationToken cancel)
    {
        await using var json = new Utf8JsonWriter(to);
        json.WriteStartObject();
        json.WriteString("resourceType"u8, "Bundle"u8);
        json.WriteString("type"u8, "collection"u8);
        json.WriteString("timestamp"u8, StoredBody.InstantText(clock.GetUtcNow()));
        // FHIR has no empty lists.
        if (thread.LastSequence > 0) json.WriteStartArray("entry"u8);
        await foreach (var page in pages.Of(thread, cancel))
        {
            foreach (var (row, opened) in page)
            {
                json.WriteStartObject();
                json.WritePropertyName("resource"u8);
                CommunicationJson.WriteOpened(json, thread, row, opened);
                json.WriteEndObject();
            }

            await json.FlushAsync(cancel);
        }

        if (thread.LastSequence > 0) json.WriteEndArray();
        json.WriteEndObject();
    }
}
