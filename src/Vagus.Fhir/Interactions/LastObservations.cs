using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Store;

namespace Vagus.Fhir.Interactions;

/// <summary>
/// [base]/Observation/$lastn (R4 observation-operation-lastn): of what a search finds the last of each code, by their times. Observations
/// are of one code when they share a coding; without one, when their texts or displays are the same.
/// </summary>
internal sealed class LastObservations(FhirOptions options, FhirCalls calls, FhirReads reads)
{
    /// <summary>Observations that are looked at; where a search finds more, it must be narrowed.</summary>
    public const int MostLookedAt = 1000;
    private const string Type = "Observation";
    private const int MostOfCode = 100;
    private static readonly string[] Subjects = ["patient", "subject", "patient:Patient", "subject:Patient"];

    public async Task<IResult> Answer(string type, HttpContext http)
    {
        if (type != Type) return FhirResponses.Refuse(FhirRefusals.NoSuchInteraction);
        var call = calls.Of(http);
        var parameters = await OperationParameters.Read(http.Request, options.BodyBytes, call.Cancel);
        if (parameters.Refusal is { } unread) return FhirResponses.Refuse(unread);
        var max = 1;
        if (parameters.Value.Text("max") is { } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out max) || max is 0 or > MostOfCode))
            return FhirResponses.Refuse(FhirRefusals.Invalid($"max is from 1 to {MostOfCode}."));
        var query = parameters.Value.QueryWithout("max", "_count", "_sort", "_total", "_summary");
        if (!HasPatient(parameters.Value))
            return FhirResponses.Refuse(FhirRefusals.Invalid("The operation needs a patient or a subject."));

        var chosen = await reads.Choose(
            call, Type, [query], MostLookedAt, "lastn", found => [.. GroupsOf(found).SelectMany(group => group.Take(max))]);
        if (chosen.Refusal is { } refused) return FhirResponses.Refuse(refused);
        var page = new BundlePage("searchset", call, $"{call.BaseUrl}/{Type}/$lastn?{query}&max={max}")
        {
            Total = chosen.Value.Versions.Count, Notice = chosen.Value.Notice,
        };
        foreach (var observation in chosen.Value.Versions) page.AddMatch(observation);
        return page.ToResponse();
    }

    private static bool HasPatient(OperationParameters parameters) =>
        Subjects.Any(name => parameters.Text(name) is not null);

    private static List<List<StoredResource>> GroupsOf(IReadOnlyList<StoredResource> found)
    {
        var byCoding = new Dictionary<string, List<(StoredResource Resource, DateTimeOffset At)>>(StringComparer.Ordinal);
        var groups = new List<List<(StoredResource Resource, DateTimeOffset At)>>();
        foreach (var resource in found)
        {
            var observation = StoredBody.Read(resource.Body);
            var codes = CodesOf(observation).ToList();
            var group = codes.Select(code => byCoding.GetValueOrDefault(code)).FirstOrDefault(known => known is not null);
            if (group is null) groups.Add(group = []);
            group.Add((resource, TimeOf(observation) ?? resource.UpdatedAt));
            foreach (var code in codes) byCoding.TryAdd(code, group);
        }

        return groups.ConvertAll(group => group
            .OrderByDescending(each => each.At).ThenByDescending(each => each.Resource.Position).Select(each => each.Resource).ToList());
    }

    private static IEnumerable<string> CodesOf(JsonElement observation)
    {
        if (!observation.TryGetProperty("code"u8, out var code)) yield break;
        var codings = code.TryGetProperty("coding"u8, out var listed) ? listed.EnumerateArray().ToList() : [];
        // A coding without a code says nothing of what was observed.
        var coded = codings.FindAll(coding => PropertyText.Of(coding, "code"u8) is not null);
        foreach (var coding in coded) yield return $"{PropertyText.Of(coding, "system"u8)}|{PropertyText.Of(coding, "code"u8)}";
        if (coded.Count > 0) yield break;
        if (PropertyText.Of(code, "text"u8) is { } text)
        {
            yield return $"text {text}";
            yield break;
        }

        foreach (var display in codings.Select(coding => PropertyText.Of(coding, "display"u8)).OfType<string>())
            yield return $"text {display}";
    }

    private static DateTimeOffset? TimeOf(JsonElement observation)
    {
        var text = PropertyText.Of(observation, "effectiveDateTime"u8) ?? PropertyText.Of(observation, "effectiveInstant"u8);
        if (text is null && observation.TryGetProperty("effectivePeriod"u8, out var period))
            text = PropertyText.Of(period, "end"u8) ?? PropertyText.Of(period, "start"u8);
        return DateRange.Parse(text ?? PropertyText.Of(observation, "issued"u8))?.Low;
    }
}
