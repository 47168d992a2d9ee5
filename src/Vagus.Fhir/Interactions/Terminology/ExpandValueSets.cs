using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.R4.Terminology;
using Vagus.Fhir.Store;
using Vagus.Fhir.Terminology;
using Vagus.Kernel;

namespace Vagus.Fhir.Interactions.Terminology;

/// <summary>[base]/ValueSet/$expand (R4 valueset-operation-expand): the codes of a value set, flat, in pages.</summary>
internal sealed class ExpandValueSets(TerminologyOperation operation, FhirOptions options, IdSource ids, TimeProvider clock)
{
    /// <summary>Codes of one expansion, all pages together.</summary>
    public const int MostCodes = 10_000;

    public Task<IResult> Answer(HttpContext http) => operation.Answer(
        http, Operations.Expand, "ValueSet", async (parameters, source) => await Expand(parameters, source, await SetOf(parameters, source)));

    /// <summary>[base]/ValueSet/[id]/$expand</summary>
    public Task<IResult> AnswerOne(string id, HttpContext http) => operation.Answer(
        http, Operations.Expand, $"ValueSet/{FhirRefusals.Shown(id)}",
        async (parameters, source) => await Expand(parameters, source, await SetOf(id, parameters, source)));

    private async ValueTask<Result<FhirResponse>> Expand(
        OperationParameters parameters, TenantTerminology source, Result<ValueSetDefinition> set)
    {
        var page = PageOf(parameters);
        if (page.Refusal is { } malformed) return malformed;
        if (set.Refusal is { } unknown) return unknown;
        var expanded = await new ExpandValueSet(source, MostCodes).Run(set.Value, source.Cancel);
        if (expanded.Refusal is { } refused) return refused;
        List<ExpandedCode> codes =
        [
            .. expanded.Value.Where(code =>
                (parameters.Text("activeOnly") != "true" || !code.IsInactive) && Meets(parameters.Text("filter"), code)),
        ];
        return ParametersAnswer.Of(Resource(set.Value, codes, page.Value, parameters));
    }

    /// <summary>The value set that the parameters name or hold.</summary>
    public static async ValueTask<Result<ValueSetDefinition>> SetOf(OperationParameters parameters, TenantTerminology source)
    {
        if (parameters.Element("valueSet") is { ValueKind: JsonValueKind.Object } sent)
        {
            if (PropertyText.Of(sent, "resourceType"u8) != "ValueSet") return FhirRefusals.Invalid("valueSet is a ValueSet.");
            return ValueSetDefinition.Of(sent) is { } read ? read : FhirRefusals.Invalid("valueSet has a compose that R4 does not know.");
        }

        if (parameters.Text("url") is not { } url) return FhirRefusals.Invalid("The operation needs the url of a value set, or a valueSet.");
        var canonical = parameters.Text("valueSetVersion") is { } version ? $"{url}|{version}" : url;
        return await source.ValueSet(canonical) is { } found ? found : TerminologyRefusals.Unknown("ValueSet", canonical);
    }

    private static async ValueTask<Result<ValueSetDefinition>> SetOf(string id, OperationParameters parameters, TenantTerminology source)
    {
        if (parameters.Names.Any(name => name is "url" or "valueSet" or "valueSetVersion"))
            return FhirRefusals.Invalid("The address names the value set: url, valueSet and valueSetVersion are not taken here.");
        return await source.ValueSetOf(id) is { } found ? found : FhirRefusals.NotFound("ValueSet", id);
    }

    private Result<(int Offset, int Count)> PageOf(OperationParameters parameters)
    {
        var (offset, count) = (0, options.LargestPage);
        if (parameters.Text("offset") is { } from && !int.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out offset))
            return FhirRefusals.Invalid("offset must be a number.");
        if (parameters.Text("count") is { } counted && !int.TryParse(counted, NumberStyles.None, CultureInfo.InvariantCulture, out count))
            return FhirRefusals.Invalid("count must be a number.");
        return (offset, Math.Min(count, options.LargestPage));
    }

    // The text of people who type: a part of a name or the start of a code.
    private static bool Meets(string? filter, ExpandedCode code)
    {
        if (filter is null) return true;
        var text = SearchText.Normalize(filter);
        return SearchText.Normalize(code.Code).StartsWith(text, StringComparison.Ordinal)
            || (code.Display is { } display && SearchText.Normalize(display).Contains(text, StringComparison.Ordinal))
            || code.Designations.Any(each => SearchText.Normalize(each.Value).Contains(text, StringComparison.Ordinal));
    }

    private JsonObject Resource(
        ValueSetDefinition set, List<ExpandedCode> codes, (int Offset, int Count) page, OperationParameters parameters)
    {
        var withDesignations = parameters.Text("includeDesignations") == "true";
        var resource = new JsonObject { ["resourceType"] = "ValueSet" };
        if (set.Url is { } url) resource["url"] = url;
        if (set.Version is { } version) resource["version"] = version;
        if (set.Name is { } name) resource["title"] = name;
        resource["status"] = "active";
        var expansion = new JsonObject
        {
            ["identifier"] = $"urn:uuid:{ids.NewId()}",
            ["timestamp"] = StoredBody.InstantText(clock.GetUtcNow()),
            ["total"] = codes.Count,
            ["offset"] = page.Offset,
        };
        if (parameters.Text("filter") is { } filter)
            expansion["parameter"] = new JsonArray(new JsonObject { ["name"] = "filter", ["valueString"] = filter });
        var contained = codes.Skip(page.Offset).Take(page.Count).Select(code => (JsonNode)Contained(code, withDesignations)).ToArray();
        // An array without items is no JSON of R4.
        if (contained.Length > 0) expansion["contains"] = new JsonArray(contained);
        resource["expansion"] = expansion;
        return resource;
    }

    private static JsonObject Contained(ExpandedCode code, bool withDesignations)
    {
        var contained = new JsonObject();
        if (code.System is { } system) contained["system"] = system;
        if (code.IsAbstract) contained["abstract"] = true;
        if (code.IsInactive) contained["inactive"] = true;
        contained["code"] = code.Code;
        if (code.Display is { } display) contained["display"] = display;
        if (withDesignations && code.Designations.Count > 0)
            contained["designation"] = new JsonArray([.. code.Designations.Select(Of)]);
        return contained;
    }

    private static JsonNode Of(Designation designation)
    {
        var written = new JsonObject();
        if (designation.Language is { } language) written["language"] = language;
        if (ParametersAnswer.Copy(designation.Use) is { } use) written["use"] = use;
        written["value"] = designation.Value;
        return written;
    }
}
