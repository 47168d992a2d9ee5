using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.R4.Terminology;
using Vagus.Fhir.Store;
using Vagus.Fhir.Terminology;
using Vagus.Kernel;

namespace Vagus.Fhir.Interactions.Terminology;

/// <summary>
/// [base]/ConceptMap/$translate (R4 conceptmap-operation-translate): what a code is in another code system, by one map, or by all stored
/// maps that translate from its system.
/// </summary>
internal sealed class TranslateCodes(TerminologyOperation operation)
{
    private const int MostMaps = 20;
    private const int MostMatches = 1_000;

    public Task<IResult> Answer(HttpContext http) => operation.Answer(http, Operations.Translate, "ConceptMap", Translate);

    private static async ValueTask<Result<FhirResponse>> Translate(OperationParameters parameters, TenantTerminology source)
    {
        var asked = AskedCode.Of(parameters);
        if (asked.Refusal is { } malformed) return malformed;
        var maps = await MapsOf(parameters, source, asked.Value);
        if (maps.Refusal is { } unknown) return unknown;
        var isReverse = parameters.Text("reverse") == "true";
        var target = parameters.Text("targetsystem");
        var matches = maps.Value.SelectMany(map => asked.Value.SelectMany(code => MatchesOf(map, code, isReverse)))
            .Where(match => target is null || match.System == target).Take(MostMatches).ToList();
        var translated = matches.Exists(match => match.Equivalence is not ("unmatched" or "disjoint"));
        var answer = new ParametersAnswer().Add("result", "valueBoolean", translated)
            .Text("message", translated ? null : "No map translates the code.");
        foreach (var match in matches)
        {
            answer.Parts(
                "match", ParametersAnswer.Part("equivalence", "valueCode", match.Equivalence),
                match.Code is null ? null : ParametersAnswer.Part(
                    "concept", "valueCoding", ParametersAnswer.Coding(match.System, match.Code, match.Display)),
                ParametersAnswer.Part("source", "valueUri", match.Map));
        }

        return answer.ToResponse();
    }

    private static async ValueTask<Result<List<JsonElement>>> MapsOf(
        OperationParameters parameters, TenantTerminology source, List<AskedCode> asked)
    {
        if (parameters.Element("conceptMap") is { ValueKind: JsonValueKind.Object } sent) return new List<JsonElement> { sent };
        if (parameters.Text("url") is { } url)
        {
            var canonical = parameters.Text("conceptMapVersion") is { } version ? $"{url}|{version}" : url;
            return await source.ConceptMap(canonical) is { } map
                ? new List<JsonElement> { map } : TerminologyRefusals.Unknown("ConceptMap", canonical);
        }

        var systems = asked.Select(code => code.System).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        if (systems.Count == 0 || parameters.Text("reverse") == "true")
            return FhirRefusals.Invalid("The operation needs the url of a concept map, or a code with its system.");
        var maps = new List<JsonElement>();
        foreach (var system in systems) maps.AddRange(await source.ConceptMapsFrom(system, MostMaps));
        return maps;
    }

    private static IEnumerable<Match> MatchesOf(JsonElement map, AskedCode code, bool isReverse)
    {
        var url = PropertyText.Of(map, "url"u8);
        foreach (var group in Items(map, "group"u8))
        {
            var (from, to) = (PropertyText.Of(group, "source"u8), PropertyText.Of(group, "target"u8));
            if (code.System is not null && (isReverse ? to : from) != code.System) continue;
            foreach (var element in Items(group, "element"u8))
            {
                if (!isReverse && PropertyText.Of(element, "code"u8) != code.Code) continue;
                foreach (var target in Items(element, "target"u8))
                {
                    var equivalence = PropertyText.Of(target, "equivalence"u8) ?? "equivalent";
                    if (!isReverse) yield return MatchOf(equivalence, to, target, url);
                    else if (PropertyText.Of(target, "code"u8) == code.Code) yield return MatchOf(Reversed(equivalence), from, element, url);
                }
            }
        }
    }

    private static Match MatchOf(string equivalence, string? system, JsonElement named, string? map) =>
        new(equivalence, system, PropertyText.Of(named, "code"u8), PropertyText.Of(named, "display"u8), map);

    // R4 concept-map-equivalence tells the target's relation to the source.
    private static string Reversed(string equivalence) => equivalence switch
    {
        "wider" => "narrower",
        "narrower" => "wider",
        "subsumes" => "specializes",
        "specializes" => "subsumes",
        _ => equivalence,
    };

    // What a call sends was not validated.
    private static IEnumerable<JsonElement> Items(JsonElement element, ReadOnlySpan<byte> name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var items) && items.ValueKind == JsonValueKind.Array
            ? items.EnumerateArray() : [];

    private sealed record Match(string Equivalence, string? System, string? Code, string? Display, string? Map);
}
