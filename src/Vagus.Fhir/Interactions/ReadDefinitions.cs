using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.Interactions.Terminology;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.Search.Request;
using Vagus.Fhir.Subscribing;
using Vagus.Kernel;

namespace Vagus.Fhir.Interactions;

/// <summary>
/// GET [base]/[type]/[id]. Of OperationDefinition, SearchParameter, StructureDefinition and topics of subscriptions, where the tenant has
/// none of that id, the answer is the definition of what the server does, made of the tables by which it runs. It holds nothing of any
/// patient or tenant.
/// </summary>
internal sealed class ReadDefinitions(FhirCalls calls, ReadResource resources)
{
    public async Task<IResult> Answer(string type, string id, HttpContext http)
    {
        var stored = await resources.Answer(type, id, http);
        if (stored is not FhirResponse { Refusal.Kind: RefusalKind.NotFound or RefusalKind.Forbidden }) return stored;
        var definition = type switch
        {
            "OperationDefinition" => OperationOf(id),
            TopicDefinitions.Type => TopicDefinitions.Of(id, calls.BaseUrlOf(http.Request)),
            "SearchParameter" => SearchParameterOf(id, calls.BaseUrlOf(http.Request)),
            "StructureDefinition" => OwnExtensions.DefinitionOf(id),
            _ => null,
        };
        return definition is null ? stored : ParametersAnswer.Of(definition);
    }

    private static JsonObject? OperationOf(string id)
    {
        if (Operations.All.FirstOrDefault(each => each.Id == id) is not { } operation) return null;
        var definition = new JsonObject
        {
            ["resourceType"] = "OperationDefinition",
            ["id"] = operation.Id,
            ["url"] = operation.Definition,
            ["name"] = operation.Id.Replace("-", "_", StringComparison.Ordinal),
            ["status"] = "active",
            ["kind"] = "operation",
            ["affectsState"] = operation.AffectsState,
            ["code"] = operation.Name,
            ["system"] = operation.OnSystem,
            ["type"] = operation.OnType,
            ["instance"] = operation.OnInstance,
        };
        if (operation.OnType || operation.OnInstance)
            definition["resource"] = new JsonArray([.. (operation.Types.Count == 0 ? ["Resource"] : operation.Types).Select(type => (JsonNode)type)]);
        var parameters = new JsonArray(
            [.. ParametersOf(operation.In, "in"), .. ParametersOf(operation.Out, "out")]);
        if (parameters.Count > 0) definition["parameter"] = parameters;
        return definition;
    }

    private static IEnumerable<JsonNode> ParametersOf(string list, string use) => OperationRow.Parameters(list).Select(each =>
    {
        var parameter = new JsonObject
        {
            ["name"] = each.Name, ["use"] = use, ["min"] = 0, ["max"] = each.Repeats ? "*" : "1",
        };
        // Parts are those of the standard's own definition.
        if (each.Type != "-") parameter["type"] = each.Type;
        return (JsonNode)parameter;
    });

    private static JsonObject? SearchParameterOf(string id, string baseUrl)
    {
        var rows = R4Definitions.ResourceTypes
            .SelectMany(type => SearchRequest.Supported(type).Select(parameter => (Type: type, Parameter: parameter)))
            .Where(row => SearchDefinitions.IdOf(row.Parameter) == id).ToList();
        if (rows is not [var (_, first), ..]) return null;
        var definition = new JsonObject
        {
            ["resourceType"] = "SearchParameter",
            ["id"] = id,
            ["url"] = SearchDefinitions.UrlOf(first, baseUrl),
            ["name"] = first.Code,
            ["status"] = "active",
            ["description"] = SearchDefinitions.NoteOf(first) ?? $"{first.Code} of {string.Join(", ", rows.Select(row => row.Type).Distinct())}",
            ["code"] = first.Code,
            ["base"] = new JsonArray([.. rows.Select(row => row.Parameter.Base).Distinct().Select(type => (JsonNode)type)]),
            ["type"] = first.Kind.ToString().ToLowerInvariant(),
            ["expression"] = string.Join(" | ", rows.Select(row => row.Parameter.Expression).Distinct()),
        };
        var targets = rows.SelectMany(row => row.Parameter.Targets).Distinct().ToList();
        if (targets.Count > 0) definition["target"] = new JsonArray([.. targets.Select(type => (JsonNode)type)]);
        if (first.Components.Length > 0) definition["component"] = new JsonArray([.. first.Components.Select(each => ComponentOf(first, each))]);
        return definition;
    }

    private static JsonNode ComponentOf(SearchParameterDefinition of, SearchParameterComponent component)
    {
        var definition = R4Definitions.SearchParameter(of.Base, component.Code)?.Url ?? component.Code;
        return new JsonObject { ["definition"] = definition, ["expression"] = component.Expression };
    }
}
