using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vagus.Access.Audit;
using Vagus.Fhir.Http;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Fhir.Writing;
using Vagus.Kernel;

namespace Vagus.Fhir.Bundles;

/// <summary>POST [base] (R4 §3.1.0.11): a batch, whose entries stand alone, or a transaction, which happens whole or not at all.</summary>
internal sealed class PostBundle(FhirOptions options, FhirCalls calls, LargeBodies large, RunTransaction transactions, RunBatch batches)
{
    public async Task<IResult> Answer(HttpContext http)
    {
        var call = calls.Of(http);
        // The turn is taken when the body has been read: a slow upload does not hold it.
        var body = await RequestBody.Read(http.Request, options.BodyBytes, call.Cancel);
        if (body.Refusal is { } unread) return FhirResponses.Refuse(unread);
        var returning = Preferences.Stated(http.Request);
        var answer = await large.Within(call.Caller, body.Value.Length, () => Run(call, body.Value, returning), call.Cancel);
        return answer.Refusal is { } refused ? FhirResponses.Refuse(refused) : answer.Value;
    }

    private async Task<FhirResponse> Run(FhirCall call, ReadOnlyMemory<byte> body, Return? returning)
    {
        var parsed = FhirJson.ParseResource(body);
        if (parsed.Refusal is { } malformed) return FhirResponses.Refuse(malformed);
        using var document = parsed.Value;
        var bundle = document.RootElement;
        if (!bundle.GetProperty("resourceType"u8).ValueEquals("Bundle"u8))
            return FhirResponses.Refuse(
                FhirRefusals.Invalid("Only a Bundle can be posted to the base. Resources are posted to their type."));
        var type = PropertyText.Of(bundle, "type"u8);
        if (type is not ("batch" or "transaction"))
            return FhirResponses.Refuse(FhirRefusals.Invalid("Bundle.type must be batch or transaction."));
        // The entries of a batch are judged one by one; a transaction stands or falls as a whole.
        if (type == "transaction" && ResourcePreparation.Validate(bundle, call.Own) is { } invalid) return FhirResponses.Refuse(invalid);
        var entries = EntriesOf(bundle, call.Clock);
        if (entries.Count > options.BundleEntries)
            return FhirResponses.Refuse(FhirRefusals.TooCostly($"A Bundle may have {options.BundleEntries} entries."));
        if (type == "batch") return await batches.Run(call, entries, returning);
        var flaw = entries.Select(entry => entry.Refusal).FirstOrDefault(refusal => refusal is not null);
        var answer = flaw is null
            ? await transactions.Run(call, [.. entries.Select(entry => entry.Value)], returning) : FhirResponses.Refuse(flaw);
        return answer with { Action = AuditActions.Transaction };
    }

    private static List<Result<BundleEntry>> EntriesOf(JsonElement bundle, TimeProvider clock) =>
        bundle.TryGetProperty("entry"u8, out var array)
            && array.ValueKind == JsonValueKind.Array
            ? [.. array.EnumerateArray().Select((entry, index) => BundleEntry.Read(entry, index, clock))] : [];
}
