using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Terminology;
using Vagus.Fhir.Store;
using Vagus.Fhir.Terminology;
using Vagus.Kernel;

namespace Vagus.Fhir.Interactions.Terminology;

/// <summary>
/// [base]/ValueSet/$validate-code and [base]/CodeSystem/$validate-code (R4 valueset- and codesystem-operation-validate-code): whether a
/// code is there, and has the display that is given. Of a CodeableConcept one coding will do.
/// </summary>
internal sealed class ValidateCodes(TerminologyOperation operation)
{
    private const string NoneOf = "None of the codes is ";

    public Task<IResult> OfValueSet(HttpContext http) => operation.Answer(http, Operations.ValidateCode, "ValueSet", InValueSet);

    public Task<IResult> OfCodeSystem(HttpContext http) => operation.Answer(http, Operations.ValidateCodeOfSystem, "CodeSystem", InCodeSystem);

    private static async ValueTask<Result<FhirResponse>> InValueSet(OperationParameters parameters, TenantTerminology source)
    {
        var asked = AskedCode.Of(parameters);
        if (asked.Refusal is { } malformed) return malformed;
        var set = await ExpandValueSets.SetOf(parameters, source);
        if (set.Refusal is { } unknown) return unknown;
        var expanded = await new ExpandValueSet(source, ExpandValueSets.MostCodes).Run(set.Value, source.Cancel);
        if (expanded.Refusal is { } refused) return refused;
        foreach (var code in asked.Value)
        {
            // A code element names no system: its binding implies it.
            var found = expanded.Value.Find(each => each.Code == code.Code && (code.System is null || each.System == code.System));
            if (found is not null) return Found(code, found.Display, found.Designations);
        }

        return NotFound($"{NoneOf}in the value set.");
    }

    private static async ValueTask<Result<FhirResponse>> InCodeSystem(OperationParameters parameters, TenantTerminology source)
    {
        var asked = AskedCode.Of(parameters, "url");
        if (asked.Refusal is { } malformed) return malformed;
        foreach (var code in asked.Value)
        {
            if ((code.System ?? parameters.Text("url")) is not { } url) return FhirRefusals.Invalid("The operation needs the url of a code system.");
            var canonical = code.Version is { } version ? $"{url}|{version}" : url;
            if (await source.CodeSystem(canonical) is not { } system) return TerminologyRefusals.Unknown("CodeSystem", canonical);
            if (system.Find(code.Code) is { } concept) return Found(code, concept.Display, concept.Designations);
            if (!system.IsComplete) return TerminologyRefusals.Incomplete(url);
        }

        return NotFound($"{NoneOf}in the code system.");
    }

    private static FhirResponse Found(AskedCode asked, string? display, IReadOnlyList<Designation> designations)
    {
        var names = designations.Select(each => each.Value).Append(display).OfType<string>();
        var agrees = asked.Display is not { } said || names.Any(name => SearchText.Normalize(name) == SearchText.Normalize(said));
        return new ParametersAnswer().Add("result", "valueBoolean", agrees)
            .Text("message", agrees ? null : "The code has another display than the one that is given.")
            .Text("display", display).ToResponse();
    }

    private static FhirResponse NotFound(string message) =>
        new ParametersAnswer().Add("result", "valueBoolean", false).Text("message", message).ToResponse();
}
