using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Care.Deriving.Reading;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Writing;

namespace Vagus.Care.Publishing;

/// <summary>
/// An event that names a patient whose record is kept here: the name is the record's, whatever the publisher calls that id, and the
/// reference to the record where that has none. Under another name the clinic would act on the wrong patient. As a derived event does, it
/// draws from the record.
/// </summary>
internal static class NamedEvent
{
    private const string Field = "patientName";
    private const string Type = "Patient";

    public static async ValueTask<NewEvent> Of(WriteTransaction write, NewEvent draft, CancellationToken cancel)
    {
        if (draft.Patients is not [var patient] || JsonNode.Parse(draft.Body.Span) is not JsonObject data || !data.ContainsKey(Field))
            return draft;
        if (await CurrentRecord.ReadLabelled(write, write.Tenant, Type, patient.Value, cancel) is not var (record, labels)) return draft;
        return draft with
        {
            Body = Said(data, Lookups.NameOf(JsonElement.Parse(record)) ?? $"{Type}/{patient.Value}"),
            OpenBody = draft.Labels.Cover(labels) ? null : Said(data, name: null),
            Labels = draft.Labels | labels,
            Draws = [.. draft.Draws, new EventDraw(Type, patient.Value) { Labels = labels }],
        };
    }

    private static byte[] Said(JsonObject data, string? name)
    {
        data[Field] = name;
        return JsonSerializer.SerializeToUtf8Bytes(data);
    }
}
