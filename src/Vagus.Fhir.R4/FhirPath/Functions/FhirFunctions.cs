using Vagus.Fhir.R4.Json;
using System.Text.Json;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.FhirPath.Evaluation;
using Collection = System.Collections.Generic.IReadOnlyList<Vagus.Fhir.R4.FhirPath.FhirPathValue>;

namespace Vagus.Fhir.R4.FhirPath.Functions;

/// <summary>The functions that FHIR R4 adds. Those that need a terminology or a profile say that they are not there.</summary>
internal static class FhirFunctions
{
    private const string CoreDefinitions = "http://hl7.org/fhir/StructureDefinition/";

    public static IEnumerable<(string Name, Function Function)> All =>
    [
        ("extension", new Function(1, 1, Extension)),
        ("getValue", new Function(0, 0, GetValue)),
        ("resolve", new Function(0, 0, Resolve)),
        ("conformsTo", new Function(1, 1, ConformsTo)),
        Absent("memberOf"), Absent("subsumes"), Absent("subsumedBy"), Absent("htmlChecks"), Absent("elementDefinition"), Absent("slice"),
            Absent("checkModifiers"),
    ];

    private static Collection Extension(Invocation call)
    {
        if (call.Text(0) is not { } url) return [];
        var extensions = new List<FhirPathValue>();
        foreach (var item in call.Input) Navigation.Children(item, "extension", extensions, strict: false);
        extensions.RemoveAll(extension => Property(extension.Element, "url") != url);
        return call.Evaluator.Bounded(extensions);
    }

    private static Collection GetValue(Invocation call)
    {
        var result = new List<FhirPathValue>();
        if (call.Item is { } item) Navigation.Children(item, "value", result, strict: false);
        return call.Evaluator.Bounded(result);
    }

    private static Collection Resolve(Invocation call)
    {
        var result = new List<FhirPathValue>();
        foreach (var item in call.Input)
        {
            call.Evaluator.Step();
            if (Target(item, call.Evaluator) is { } target) result.Add(target);
        }

        return call.Evaluator.Bounded(result);
    }

    private static FhirPathValue? Target(FhirPathValue item, Evaluator evaluator)
    {
        var text = item.Simple as string ?? Property(item.Element, "reference");
        if (text is { Length: > 0 })
        {
            if (text[0] == '#') return Contained(text[1..], evaluator);
            if (evaluator.Context.Resolve?.Invoke(text) is { } resource) return Navigation.Root(resource, typeName: null);
        }

        var type = (text is null ? null : ReferenceText.Parse(text).Type) ?? Property(item.Element, "type");
        return type is not null && R4Definitions.IsResourceType(type) ? FhirPathValue.StandIn(type) : null;
    }

    private static FhirPathValue? Contained(string id, Evaluator evaluator)
    {
        var container = evaluator.Context.RootResource ?? evaluator.Resource;
        if (id.Length == 0) return Navigation.Root(container, typeName: null);
        return ReferenceText.Contained(container, id) is { } resource ? Navigation.Root(resource, typeName: null) : null;
    }

    private static Collection ConformsTo(Invocation call)
    {
        if (call.Item is not { } item || call.Text(0) is not { } profile) return [];
        var type = profile.StartsWith(CoreDefinitions, StringComparison.Ordinal) ? profile[CoreDefinitions.Length..] : "";
        if (R4Definitions.Type(type) is null) throw call.Wrong("knows no profile but the types of FHIR R4");
        return [FhirPathValue.Of(R4Definitions.Type(item.Definition)?.Is(type) == true)];
    }

    private static (string Name, Function Function) Absent(string name) =>
        (name, new Function(0, int.MaxValue, call => throw call.Wrong("is not supported by this server")));

    private static string? Property(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty(name, out var value)
            && value.ValueKind is JsonValueKind.String
            ? value.GetString()
            : null;
}
