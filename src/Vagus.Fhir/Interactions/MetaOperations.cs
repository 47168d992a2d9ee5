using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.R4.Patching;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Store;
using Vagus.Fhir.Writing;

namespace Vagus.Fhir.Interactions;

/// <summary>
/// [base]/[type]/[id]/$meta, $meta-add and $meta-delete: profiles, tags and security labels of one resource. A change is a patch and makes
/// a version, so that its events are told; a label goes only as it would by an update.
/// </summary>
internal sealed class MetaOperations(FhirOptions options, FhirCalls calls, FhirReads reads, FhirWrites writes)
{
    public async Task<IResult> Read(string type, string id, HttpContext http)
    {
        var read = await reads.Current(calls.Of(http), type, id);
        return read.Refusal is { } refused ? FhirResponses.Refuse(refused) : Answer(read.Value);
    }

    public Task<IResult> Add(string type, string id, HttpContext http) => Change(type, id, http, MetaChange.Add);

    public Task<IResult> Delete(string type, string id, HttpContext http) => Change(type, id, http, MetaChange.Delete);

    private async Task<IResult> Change(string type, string id, HttpContext http, MetaChange change)
    {
        var call = calls.Of(http);
        if (!ResourceId.IsValid(id)) return FhirResponses.Refuse(ResourceId.Invalid);
        var parameters = await OperationParameters.Read(http.Request, options.BodyBytes, call.Cancel);
        if (parameters.Refusal is { } unread) return FhirResponses.Refuse(unread);
        if (parameters.Value.Element("meta") is not { ValueKind: JsonValueKind.Object } meta)
            return FhirResponses.Refuse(FhirRefusals.Invalid("The operation takes a parameter named meta, with a valueMeta."));
        var patch = MetaPatch.Of(change, meta);
        if (patch.Refusal is { } tooMany) return FhirResponses.Refuse(tooMany);
        var stored = await writes.Patch(call, new PatchOfResource(type, id, patch.Value));
        return stored.Refusal is { } refused ? FhirResponses.Refuse(refused) : Answer(stored.Value);
    }

    private static FhirResponse Answer(StoredResource resource)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("resourceType"u8, "Parameters"u8);
            writer.WriteStartArray("parameter"u8);
            writer.WriteStartObject();
            writer.WriteString("name"u8, "return"u8);
            writer.WritePropertyName("valueMeta"u8);
            StoredBody.Read(resource.Body).GetProperty("meta"u8).WriteTo(writer);
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return FhirResponse.Of(StatusCodes.Status200OK, resource) with { Body = buffer.ToArray() };
    }
}
