using System.Globalization;
using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Interactions;

/// <summary>
/// [base]/Patient/[id]/$everything and [base]/Encounter/[id]/$everything: the resources of the compartment that the caller may read, in
/// pages, the oldest first. What they refer to outside of it is not added.
/// </summary>
internal sealed class ReadEverything(FhirOptions options, FhirCalls calls, FhirReads reads, PageCursors cursors)
{
    private static readonly string[] Paging = ["_count", PageCursors.Parameter];

    public async Task<IResult> Answer(string of, string id, HttpContext http)
    {
        if (of is not ("Patient" or "Encounter")) return FhirResponses.Refuse(FhirRefusals.NoSuchInteraction);
        var call = calls.Of(http);
        var parameters = await OperationParameters.Read(http.Request, options.BodyBytes, call.Cancel);
        if (parameters.Refusal is { } unread) return FhirResponses.Refuse(unread);
        var asked = AskedOf(call, of, id, parameters.Value);
        if (asked.Refusal is { } malformed) return FhirResponses.Refuse(malformed);
        var filters = parameters.Value.QueryWithout(Paging);
        var query = $"{of}/{id}/$everything?_count={asked.Value.Limit.ToString(CultureInfo.InvariantCulture)}"
            + (filters.Length == 0 ? "" : $"&{filters}");
        var range = asked.Value;
        if (parameters.Value.Text(PageCursors.Parameter) is { } cursor)
        {
            var place = cursors.Open<long>(call, query, cursor);
            if (place.Refusal is { } damaged) return FhirResponses.Refuse(damaged);
            range = range with { After = place.Value };
        }

        var record = await reads.Everything(call, range);
        if (record.Refusal is { } refused) return FhirResponses.Refuse(refused);
        var page = new BundlePage("searchset", call, $"{call.BaseUrl}/{query}") { Notice = record.Value.Notice };
        foreach (var resource in record.Value.Versions) page.AddMatch(resource);
        if (record.Value.HasMore)
        {
            var last = record.Value.Versions[^1].Rid;
            page.Next = $"{call.BaseUrl}/{query}&{PageCursors.Parameter}={cursors.Seal(call, query, last)}";
        }

        return page.ToResponse();
    }

    /// <summary><c>_asOf</c>: a position of the log (<c>sequence</c> of an event) or an instant.</summary>
    private static Result<(long? Position, DateTimeOffset? At)> AsOf(string of, OperationParameters parameters)
    {
        if (parameters.Text("_asOf") is not { } text) return (null, null);
        if (of != "Patient" || parameters.Text("_since") is not null || parameters.Text("start") is not null || parameters.Text("end") is not null)
            return FhirRefusals.NotSupported("_asOf is asked of a Patient, and without _since, start and end.");
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var position)) return (position, null);
        return text.Contains('T', StringComparison.Ordinal) && DateRange.Parse(text.Replace(' ', '+')) is { } range
            ? (null, range.Low) : FhirRefusals.Invalid("_asOf must be the sequence of an event or an instant.");
    }

    private Result<RecordRange> AskedOf(FhirCall call, string of, string id, OperationParameters parameters)
    {
        var count = options.PageSize;
        if (parameters.Text("_count") is { } counted
            && (!int.TryParse(counted, NumberStyles.None, CultureInfo.InvariantCulture, out count) || count == 0))
            return FhirRefusals.Invalid("_count must be a positive number.");
        DateTimeOffset? since = null;
        if (parameters.Text("_since") is { } sinceText)
        {
            if (SinceParameter.Read(sinceText) is not { } instant) return SinceParameter.Malformed;
            since = instant;
        }

        var types = parameters.Texts("_type").SelectMany(names => names.Split(',', StringSplitOptions.RemoveEmptyEntries))
            .ToHashSet(StringComparer.Ordinal);
        if (types.Any(type => !R4Definitions.IsResourceType(type))) return FhirRefusals.Invalid("_type must name R4 resource types.");
        foreach (var name in new[] { "start", "end" })
        {
            if (parameters.Text(name) is { } day && DateRange.Parse(day) is null) return FhirRefusals.Invalid($"{name} must be a date.");
        }

        var then = AsOf(of, parameters);
        if (then.Refusal is { } unknown) return unknown;
        return new RecordRange(of, id, Math.Min(count, options.LargestPage))
        {
            AsOfPosition = then.Value.Position,
            AsOf = then.Value.At,
            Since = since,
            Types = types.Count == 0 ? null : types,
            Start = parameters.Text("start"),
            End = parameters.Text("end"),
            Parser = new SearchValueParser(call.Own, call.Clock),
        };
    }
}
