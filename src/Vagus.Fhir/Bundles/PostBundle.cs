using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.Interactions;
using Vagus.Fhir.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Bundles;

/// <summary>POST [base] (R4 §3.1.0.11): a batch, whose entries stand alone, or a transaction, which happens whole or not at all.</summary>
internal sealed class PostBundle(FhirOptions options, RunTransaction transactions, RunBatch batches) : IDisposable
{
    private const int LargeBytes = 1024 * 1024;
    private readonly SemaphoreSlim large = new(options.LargeBodies);

    public async Task<IResult> Answer(HttpContext http)
    {
        var request = FhirRequest.Of(http, options);
        var turn = http.Request.ContentLength is null or > LargeBytes;
        if (turn) await large.WaitAsync(request.Cancel);
        try
        {
            var body = await RequestBody.Read(http.Request, options.BodyBytes, request.Cancel);
            return body.Refusal is { } unread ? FhirAnswers.Refuse(unread) : await Run(request, body.Value);
        }
        finally
        {
            if (turn) large.Release();
        }
    }

    public void Dispose() => large.Dispose();

    private async Task<FhirAnswer> Run(FhirRequest request, ReadOnlyMemory<byte> body)
    {
        var parsed = FhirJson.ParseResource(body);
        if (parsed.Refusal is { } malformed) return FhirAnswers.Refuse(malformed);
        using var document = parsed.Value;
        var bundle = document.RootElement;
        if (!bundle.GetProperty("resourceType"u8).ValueEquals("Bundle"u8)) return FhirAnswers.Refuse(FhirRefusals.Invalid("Only a Bundle can be posted to the base. Resources are posted to their type."));
        var type = bundle.TryGetProperty("type"u8, out var named) && named.ValueKind == JsonValueKind.String ? named.GetString() : null;
        if (type is not ("batch" or "transaction")) return FhirAnswers.Refuse(FhirRefusals.Invalid("Bundle.type must be batch or transaction."));
        // The entries of a batch are judged one by one; a transaction stands or falls as a whole.
        if (type == "transaction" && ResourcePreparation.Validate(bundle) is { } invalid) return FhirAnswers.Refuse(invalid);
        var entries = EntriesOf(bundle);
        if (entries.Refusal is { } flawed) return FhirAnswers.Refuse(flawed);
        return type == "batch" ? await batches.Run(request, entries.Value) : await transactions.Run(request, entries.Value);
    }

    private Outcome<List<BundleEntry>> EntriesOf(JsonElement bundle)
    {
        var entries = new List<BundleEntry>();
        if (!bundle.TryGetProperty("entry"u8, out var array) || array.ValueKind != JsonValueKind.Array) return entries;
        if (array.GetArrayLength() > options.BundleEntries) return FhirRefusals.TooCostly($"A Bundle may have {options.BundleEntries} entries.");
        foreach (var item in array.EnumerateArray())
        {
            var entry = BundleEntry.Read(item, entries.Count);
            if (entry.Refusal is { } flaw) return flaw;
            entries.Add(entry.Value);
        }

        return entries;
    }
}
