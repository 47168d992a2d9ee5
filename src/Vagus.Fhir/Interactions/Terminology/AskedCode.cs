using System.Text.Json;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Interactions.Terminology;

/// <summary>A code as an operation is asked about it: <c>system</c> and <c>code</c>, a Coding, or one of a CodeableConcept.</summary>
internal sealed record AskedCode(string? System, string Code)
{
    private const int MostCodings = 50;

    public string? Version { get; init; }

    public string? Display { get; init; }

    /// <summary>At least one.</summary>
    public static Result<List<AskedCode>> Of(OperationParameters parameters, string system = "system")
    {
        var codes = new List<AskedCode>();
        if (parameters.Text("code") is { } code)
            codes.Add(new AskedCode(parameters.Text(system), code) { Version = parameters.Text("version"), Display = parameters.Text("display") });
        if (Read(parameters.Element("coding")) is { } coding) codes.Add(coding);
        var concept = parameters.Element("codeableConcept");
        if (concept.ValueKind == JsonValueKind.Object && concept.TryGetProperty("coding"u8, out var codings)
            && codings.ValueKind == JsonValueKind.Array)
            codes.AddRange(codings.EnumerateArray().Take(MostCodings).Select(Read).OfType<AskedCode>());
        return codes.Count == 0
            ? FhirRefusals.Invalid("The operation needs a code with its system, a coding, or a codeableConcept.") : codes;
    }

    /// <summary>Null: there is no Coding with a code.</summary>
    public static AskedCode? Read(JsonElement coding) => PropertyText.Of(coding, "code"u8) is { } code
        ? new AskedCode(PropertyText.Of(coding, "system"u8), code)
        {
            Version = PropertyText.Of(coding, "version"u8), Display = PropertyText.Of(coding, "display"u8),
        }
        : null;
}
