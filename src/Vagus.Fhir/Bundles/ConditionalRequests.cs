using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Bundles;

/// <summary>
/// Create, update, patch and delete of what a search finds (R4 §3.1.0.8.1, §3.1.0.4.3, §3.1.0.6, §3.1.0.7.1): each is a transaction of
/// one entry, so that what it found still holds where it writes.
/// </summary>
internal sealed class ConditionalRequests(
    FhirOptions options, FhirCalls calls, FhirReads reads, CostlySearches turns, RunTransaction transactions)
{
    /// <summary>POST [base]/[type] with If-None-Exist.</summary>
    public async Task<IResult> Create(string type, HttpContext http)
    {
        var condition = http.Request.Headers["If-None-Exist"].ToString();
        return await OfBody(http, (_, resource) => new BundleEntry(0, "POST", type)
        {
            Type = type, Resource = resource, IfNoneExist = condition,
        });
    }

    /// <summary>PUT [base]/[type]?….</summary>
    public async Task<IResult> Update(string type, HttpContext http)
    {
        var condition = ConditionalHeaders.OfUpdate(http.Request);
        if (condition.Refusal is { } malformed) return FhirResponses.Refuse(malformed);
        return await OfBody(http, (query, resource) => new BundleEntry(0, "PUT", type)
        {
            Type = type,
            Resource = resource,
            Query = query,
            IfMatch = condition.Value.Version,
            IfNoneMatch = condition.Value.Absent ? "*" : null,
        });
    }

    /// <summary>PATCH [base]/[type]?….</summary>
    public async Task<IResult> Patch(string type, HttpContext http)
    {
        var call = calls.Of(http);
        if (QueryOf(http.Request) is not { } query) return FhirResponses.Refuse(FhirRefusals.NoCondition);
        var ifMatch = ConditionalHeaders.OfChange(http.Request);
        if (ifMatch.Refusal is { } malformed) return FhirResponses.Refuse(malformed);
        var body = await RequestBody.ReadPatch(http.Request, options.BodyBytes, call.Cancel);
        if (body.Refusal is { } unread) return FhirResponses.Refuse(unread);
        var patch = PatchBody.Of(body.Value, call.Clock);
        if (patch.Refusal is { } invalid) return FhirResponses.Refuse(invalid);
        return await Run(http, call, new BundleEntry(0, "PATCH", type)
        {
            Type = type, Query = query, Patch = patch.Value, IfMatch = ifMatch.Value,
        });
    }

    /// <summary>DELETE [base]/[type]?…: one resource, or with _count at most so many.</summary>
    public async Task<IResult> Delete(string type, HttpContext http)
    {
        if (QueryOf(http.Request) is not { } query) return FhirResponses.Refuse(FhirRefusals.NoCondition);
        var ifMatch = ConditionalHeaders.OfDelete(http.Request);
        if (ifMatch.Refusal is { } malformed) return FhirResponses.Refuse(malformed);
        return await Run(http, calls.Of(http), new BundleEntry(0, "DELETE", type)
        {
            Type = type, Query = query, IfMatch = ifMatch.Value,
        });
    }

    private async Task<IResult> OfBody(HttpContext http, Func<string?, JsonElement, BundleEntry> entryOf)
    {
        var call = calls.Of(http);
        var body = await RequestBody.Read(http.Request, options.BodyBytes, call.Cancel);
        if (body.Refusal is { } unread) return FhirResponses.Refuse(unread);
        var parsed = FhirJson.ParseResource(body.Value);
        if (parsed.Refusal is { } malformed) return FhirResponses.Refuse(malformed);
        using var document = parsed.Value;
        var entry = entryOf(QueryOf(http.Request), document.RootElement);
        if (entry.Method == "PUT" && entry.Query is null) return FhirResponses.Refuse(FhirRefusals.NoCondition);
        if (PropertyText.Of(entry.Resource, "resourceType"u8) != entry.Type)
            return FhirResponses.Refuse(FhirRefusals.Invalid($"The body's resourceType is not {FhirRefusals.Shown(entry.Type)}."));
        return await Run(http, call, entry);
    }

    private async Task<IResult> Run(HttpContext http, FhirCall call, BundleEntry entry)
    {
        var done = await Decide(call, entry);
        if (done.Refusal is { } refused) return FhirResponses.Refuse(refused);
        if (entry.Method == "DELETE")
            return new FhirResponse(done.Value.Status, ReadOnlyMemory<byte>.Empty) { ETag = done.Value.Stored?.ETag };
        if (done.Value is { Stored: { Unread: true } found } && Preferences.Returning(http.Request) == Return.Representation)
        {
            // What was there is shown as a read shows it, and to nobody who may not read it.
            var read = await reads.Current(call, found.Type, found.Id);
            if (!read.IsRefused) return FhirResponses.Written(http.Request, call, done.Value.Status, read.Value);
        }

        return done.Value.Stored is { } stored
            ? FhirResponses.Written(http.Request, call, done.Value.Status, stored)
            : new FhirResponse(done.Value.Status, ReadOnlyMemory<byte>.Empty);
    }

    /// <summary>A search is asked in the write, and keeps the organization's other writes waiting: two of one user do so at most.</summary>
    private async ValueTask<Result<EntryResult>> Decide(FhirCall call, BundleEntry entry)
    {
        if (Condition.Of(entry) is not { IsLookUp: false }) return await transactions.One(call, entry);
        using var turn = await turns.Turn(call.Caller, call.Cancel);
        return turn.IsAcquired ? await transactions.One(call, entry) : CostlySearches.TooMany;
    }

    private static string? QueryOf(HttpRequest request) => request.QueryString.Value is { Length: > 1 } query ? query[1..] : null;
}
