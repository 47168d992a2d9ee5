using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Vagus.Access.Authorization;
using Vagus.Fhir.Deriving;
using Vagus.Fhir.Http;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Store;
using Vagus.Fhir.Writing;
using Vagus.Kernel;

namespace Vagus.Fhir.Interactions;

/// <summary>
/// Communication, whose content is sealed: POST [base]/Communication makes a message, GET [base]/Communication/[id]/$decrypt shows one with
/// its plain content to whom a read would show it sealed.
/// </summary>
internal sealed class Messages(FhirOptions options, FhirCalls calls, FhirReads reads, IEnumerable<IKeepMessages> keepers)
{
    public const string Type = RowScope.OfThreads;
    private readonly IKeepMessages? keeper = keepers.FirstOrDefault();

    public async Task<IResult> Create(HttpContext http)
    {
        var call = calls.Of(http);
        if (keeper is null) return FhirResponses.Refuse(FhirRefusals.MessageByItself);
        var body = await RequestBody.Read(http.Request, options.BodyBytes, call.Cancel);
        if (body.Refusal is { } unread) return FhirResponses.Refuse(unread);
        var parsed = FhirJson.ParseResource(body.Value);
        if (parsed.Refusal is { } malformed) return FhirResponses.Refuse(malformed);
        using var document = parsed.Value;
        if (Check(call, document.RootElement) is { } invalid) return FhirResponses.Refuse(invalid);
        if (MessageScopes.Refuse(call, document.RootElement) is { } closed) return FhirResponses.Refuse(closed);

        var taken = await keeper.Take(call.Reach, call.Origin, document.RootElement, call.Cancel);
        if (taken.Refusal is { } refused) return FhirResponses.Refuse(refused);
        var stored = await reads.Current(call, Type, taken.Value);
        return stored.Refusal is { } hidden
            ? FhirResponses.Refuse(hidden)
            : FhirResponses.Written(http.Request, call, StatusCodes.Status201Created, stored.Value);
    }

    public async Task<IResult> Decrypt(string id, HttpContext http)
    {
        var call = calls.Of(http);
        var read = await reads.Current(call, Type, id);
        if (read.Refusal is { } refused) return FhirResponses.Refuse(refused);
        if (keeper is null || read.Value.Body is not { } body) return FhirResponses.Refuse(FhirRefusals.NotFound(Type, id));
        var content = await keeper.Open(call.Reach, call.Origin, id, call.Cancel);
        if (content.Refusal is { } closed) return FhirResponses.Refuse(closed);
        return FhirResponse.Of(StatusCodes.Status200OK, read.Value) with { Body = Opened(body, content.Value) };
    }

    private static Refusal? Check(FhirCall call, JsonElement resource) =>
        PropertyText.Of(resource, "resourceType"u8) != Type
            ? FhirRefusals.Invalid($"The body's resourceType is not {Type}.")
            : ResourcePreparation.Check(call, ResourceInteractions.Create, Type, resource);

    private static byte[] Opened(byte[] body, string content)
    {
        var resource = JsonNode.Parse(body)!.AsObject();
        resource["payload"] = new JsonArray(new JsonObject { ["contentString"] = content });
        return JsonSerializer.SerializeToUtf8Bytes(resource);
    }
}
