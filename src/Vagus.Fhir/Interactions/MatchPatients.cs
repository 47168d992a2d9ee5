using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Store;

namespace Vagus.Fhir.Interactions;

/// <summary>
/// POST [base]/Patient/$match (R4 patient-operation-match): the patients that may be the one described, the likeliest first. Candidates
/// come from searches by identifier, by name with date of birth, and by telephone; each is then compared with the description.
/// </summary>
internal sealed class MatchPatients(FhirOptions options, FhirCalls calls, FhirReads reads)
{
    private const string Type = "Patient";
    private const int MostLookedAt = 500;
    private const int MostValues = 10;
    private const double Lowest = 0.4;

    public async Task<IResult> Answer(string type, HttpContext http)
    {
        if (type != Type) return FhirResponses.Refuse(FhirRefusals.NoSuchInteraction);
        var call = calls.Of(http);
        var parameters = await OperationParameters.Read(http.Request, options.BodyBytes, call.Cancel);
        if (parameters.Refusal is { } unread) return FhirResponses.Refuse(unread);
        var described = parameters.Value.Element("resource");
        if (described.ValueKind != JsonValueKind.Object || PropertyText.Of(described, "resourceType"u8) != "Patient")
            return FhirResponses.Refuse(FhirRefusals.Invalid("The operation takes a Patient, as a parameter named resource."));
        var count = options.PageSize;
        if (parameters.Value.Text("count") is { } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) || count == 0))
            return FhirResponses.Refuse(FhirRefusals.Invalid("count must be a positive number."));
        var description = PatientTraits.Of(described);
        var searches = description.Searches().Take(4 * MostValues).ToList();
        if (searches.Count == 0)
            return FhirResponses.Refuse(FhirRefusals.Invalid("The Patient needs an identifier, a name with a date of birth, or a telephone number."));

        var onlyCertain = parameters.Value.Text("onlyCertainMatches") == "true";
        var grades = new Dictionary<long, MatchGrade>();
        var chosen = await reads.Choose(
            call, Type, searches, MostLookedAt, "match", found => Best(found, description, grades, onlyCertain, count));
        if (chosen.Refusal is { } refused) return FhirResponses.Refuse(refused);
        var page = new BundlePage("searchset", call, $"{call.BaseUrl}/Patient/$match")
        {
            Total = chosen.Value.Versions.Count, Notice = chosen.Value.Notice,
        };
        foreach (var patient in chosen.Value.Versions) page.AddMatch(patient, grades[patient.Rid]);
        return page.ToResponse();
    }

    private static List<StoredResource> Best(
        IReadOnlyList<StoredResource> found, PatientTraits description, Dictionary<long, MatchGrade> grades, bool onlyCertain, int count)
    {
        foreach (var patient in found)
            grades[patient.Rid] = new MatchGrade(description.Likeness(PatientTraits.Of(StoredBody.Read(patient.Body))));
        var ranked = found.Where(patient => grades[patient.Rid].Score >= Lowest)
            .OrderByDescending(patient => grades[patient.Rid].Score).ThenByDescending(patient => patient.Rid).ToList();
        if (!onlyCertain) return [.. ranked.Take(count)];
        // Two that are both certain are not.
        return ranked.Where(patient => grades[patient.Rid].IsCertain).ToList() is [var only] ? [only] : [];
    }
}
