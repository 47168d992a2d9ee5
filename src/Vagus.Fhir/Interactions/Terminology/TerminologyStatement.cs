using System.Text.Json.Nodes;
using Vagus.Fhir.Http;
using Vagus.Fhir.R4.Terminology;

namespace Vagus.Fhir.Interactions.Terminology;

/// <summary>GET [base]/metadata?mode=terminology (R4 §3.1.0.13): the TerminologyCapabilities.</summary>
internal static class TerminologyStatement
{
    public static FhirResponse Of(string baseUrl, string version) => ParametersAnswer.Of(new JsonObject
    {
        ["resourceType"] = "TerminologyCapabilities",
        ["status"] = "active",
        ["date"] = "2026-11-27",
        ["kind"] = "instance",
        ["software"] = new JsonObject { ["name"] = "Vagus", ["version"] = version },
        ["implementation"] = new JsonObject { ["description"] = "The real-time layer of clinical software", ["url"] = baseUrl },
        ["codeSystem"] = new JsonArray(
        [
            .. R4Terminology.CodeSystems.Order(StringComparer.Ordinal)
                .Select(url => (JsonNode)new JsonObject { ["uri"] = url, ["subsumption"] = true }),
        ]),
        ["expansion"] = new JsonObject
        {
            ["hierarchical"] = false,
            ["paging"] = true,
            ["incomplete"] = false,
            ["parameter"] = new JsonArray(
            [
                .. OperationRow.Parameters(Operations.Expand.In).Select(each => (JsonNode)new JsonObject { ["name"] = each.Name }),
            ]),
            ["textFilter"] = "A part of a display or a designation, or the start of a code, without case and accents.",
        },
        ["codeSearch"] = "all",
        ["validateCode"] = new JsonObject { ["translations"] = false },
        ["translation"] = new JsonObject { ["needsMap"] = false },
    });
}
