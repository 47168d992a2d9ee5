using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Interactions;

/// <summary>
/// [base]/DocumentReference/$docref (US Core docref): a patient's current documents of a type, by default a summary of care, and without a
/// time the latest one. Documents that would have to be made are not.
/// </summary>
internal sealed class FindDocuments(FhirOptions options, FhirCalls calls, FhirReads reads)
{
    private const string Type = "DocumentReference";
    private const int MostLookedAt = 1_000;

    // LOINC: Summarization of episode note, which US Core names as the default.
    private const string Summary = "http://loinc.org|34133-9";

    public async Task<IResult> Answer(HttpContext http)
    {
        var call = calls.Of(http);
        var read = await OperationParameters.Read(http.Request, options.BodyBytes, call.Cancel);
        if (read.Refusal is { } unread) return FhirResponses.Refuse(unread);
        var query = QueryOf(read.Value);
        if (query.Refusal is { } malformed) return FhirResponses.Refuse(malformed);
        var isLatest = read.Value.Text("start") is null && read.Value.Text("end") is null;
        var chosen = await reads.Choose(
            call, Type, [query.Value], MostLookedAt, "docref",
            found => isLatest ? [.. found.OrderByDescending(DateOf).ThenByDescending(each => each.Rid).Take(1)] : found);
        if (chosen.Refusal is { } refused) return FhirResponses.Refuse(refused);
        var page = new BundlePage("searchset", call, $"{call.BaseUrl}/{Type}/$docref{http.Request.QueryString}")
        {
            Total = chosen.Value.Versions.Count, Notice = chosen.Value.Notice,
        };
        foreach (var document in chosen.Value.Versions) page.AddMatch(document);
        return page.ToResponse();
    }

    private static Result<string> QueryOf(OperationParameters parameters)
    {
        if (Operations.Documents.RefuseOthers(parameters) is { } unknown) return unknown;
        if (parameters.Text("on-demand") == "true") return FhirRefusals.NotSupported("No documents are made on demand.");
        if (parameters.Text("patient") is not { } patient || !ReferenceText.IsId(patient)) return FhirRefusals.Invalid("patient must be an id.");
        var query = $"patient={patient}&status=current";
        foreach (var (name, prefix) in new[] { ("start", "ge"), ("end", "le") })
        {
            if (parameters.Text(name) is not { } day) continue;
            if (DateRange.Parse(day) is null) return FhirRefusals.Invalid($"{name} must be a date.");
            query += $"&period={prefix}{Uri.EscapeDataString(day)}";
        }

        return $"{query}&type={Uri.EscapeDataString(parameters.Text("type") ?? Summary)}";
    }

    private static DateTimeOffset DateOf(StoredResource document) =>
        DateRange.Parse(PropertyText.Of(StoredBody.Read(document.Body), "date"u8))?.Low ?? document.UpdatedAt;
}
