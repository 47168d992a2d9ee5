using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.R4.Terminology;
using Vagus.Fhir.Store;
using Vagus.Fhir.Terminology;
using Vagus.Kernel;

namespace Vagus.Fhir.Interactions.Terminology;

/// <summary>
/// [base]/CodeSystem/$lookup and $subsumes (R4 codesystem-operation-lookup, -subsumes): what a code means, and whether one of two codes is
/// a kind of the other.
/// </summary>
internal sealed class LookUpCodes(TerminologyOperation operation)
{
    public Task<IResult> Lookup(HttpContext http) => operation.Answer(http, Operations.Lookup, "CodeSystem", LookUp);

    public Task<IResult> Subsumes(HttpContext http) => operation.Answer(http, Operations.Subsumes, "CodeSystem", Compare);

    private static async ValueTask<Result<FhirResponse>> LookUp(OperationParameters parameters, TenantTerminology source)
    {
        var asked = AskedCode.Of(parameters);
        if (asked.Refusal is { } malformed) return malformed;
        var found = await Find(source, asked.Value[0]);
        if (found.Refusal is { } unknown) return unknown;
        var (system, concept) = found.Value;
        var wanted = parameters.Texts("property").ToHashSet(StringComparer.Ordinal);
        var answer = new ParametersAnswer()
            .Text("name", system.Name ?? system.Url).Text("version", system.Version).Text("display", concept.Display ?? concept.Code);
        foreach (var designation in concept.Designations.Where(_ => IsWanted(wanted, "designation")))
            answer.Parts(
                "designation", ParametersAnswer.Part("language", "valueCode", designation.Language),
                ParametersAnswer.Part("use", "valueCoding", ParametersAnswer.Copy(designation.Use)),
                ParametersAnswer.Part("value", "valueString", designation.Value));
        foreach (var (code, type, value) in PropertiesOf(system, concept).Where(each => IsWanted(wanted, each.Code)))
            answer.Parts("property", ParametersAnswer.Part("code", "valueCode", code), ParametersAnswer.Part("value", type, value));
        return answer.ToResponse();
    }

    private static async ValueTask<Result<(CodeSystemDefinition System, Concept Concept)>> Find(TenantTerminology source, AskedCode asked)
    {
        if (asked.System is not { } url) return FhirRefusals.Invalid("The operation needs the system of the code.");
        var canonical = asked.Version is { } version ? $"{url}|{version}" : url;
        if (await source.CodeSystem(canonical) is not { } system) return TerminologyRefusals.Unknown("CodeSystem", canonical);
        return system.Find(asked.Code) is { } concept
            ? (system, concept) : new Refusal(RefusalKind.NotFound, "not-found", "The code system has no such code.");
    }

    // Without a list of properties, all of them.
    private static bool IsWanted(HashSet<string> wanted, string name) => wanted.Count == 0 || wanted.Contains(name);

    private static IEnumerable<(string Code, string Type, JsonNode? Value)> PropertiesOf(CodeSystemDefinition system, Concept concept)
    {
        if (concept.Definition is { } definition) yield return ("definition", "valueString", definition);
        foreach (var parent in concept.Parents) yield return ("parent", "valueCode", parent);
        foreach (var child in system.Concepts.Where(each => each.Parents.Contains(concept.Code))) yield return ("child", "valueCode", child.Code);
        foreach (var property in concept.Properties.Where(each => each.Code is not ("parent" or "child")))
            yield return (property.Code, property.Name, ParametersAnswer.Copy(property.Value));
    }

    private static async ValueTask<Result<FhirResponse>> Compare(OperationParameters parameters, TenantTerminology source)
    {
        var (one, other) = (CodeOf(parameters, "A"), CodeOf(parameters, "B"));
        if (one is null || other is null)
            return FhirRefusals.Invalid("The operation needs codeA and codeB with their system, or codingA and codingB.");
        if (one.System != other.System) return FhirRefusals.Invalid("Both codes are of one code system.");
        var (a, b) = (await Find(source, one), await Find(source, other));
        if (a.Refusal is { } unknown) return unknown;
        if (b.Refusal is { } missing) return missing;
        var system = a.Value.System;
        var (up, down) = (system.Subsumes(one.Code, other.Code), system.Subsumes(other.Code, one.Code));
        var outcome = (up, down) switch
        {
            (true, true) => "equivalent",
            (true, false) => "subsumes",
            (false, true) => "subsumed-by",
            _ => "not-subsumed",
        };
        return new ParametersAnswer().Add("outcome", "valueCode", outcome).ToResponse();
    }

    private static AskedCode? CodeOf(OperationParameters parameters, string which) =>
        AskedCode.Read(parameters.Element($"coding{which}")) ?? (parameters.Text($"code{which}") is { } code
            ? new AskedCode(parameters.Text("system"), code) { Version = parameters.Text("version") } : null);
}
