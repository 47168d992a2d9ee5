using Vagus.Access.Authorization;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Search.Request;

/// <summary>
/// One <c>_include</c> or <c>_revinclude</c> (R4 §3.1.1.5.4): resources that matches refer to, or that refer to matches, go with the page.
/// </summary>
/// <param name="Source">The type that holds the reference; null: any (<c>_include=*</c>, <c>_revinclude=*</c>).</param>
/// <param name="Parameter">The reference; null: every one (<c>Type:*</c>).</param>
/// <param name="Target">The type that is referred to; null: any.</param>
internal sealed record IncludeDirective(string? Source, SearchParameterDefinition? Parameter, string? Target)
{
    public const int Most = 16;

    /// <summary>The references of resources that refer to what was found, and not the other way round.</summary>
    public bool IsReverse { get; init; }

    /// <summary><c>:iterate</c>: also of what was included.</summary>
    public bool Iterates { get; init; }

    /// <summary>What a search of the type may include.</summary>
    public static IEnumerable<string> Of(string type) => ReferencesOf(type).Select(parameter => $"{type}:{parameter.Code}");

    /// <summary>The same of parameters that were added.</summary>
    public static IEnumerable<string> Of(string type, IEnumerable<SearchParameterDefinition> added) => added
        .Where(parameter => parameter.Kind == SearchParameterKind.Reference).Select(parameter => $"{type}:{parameter.Code}");

    /// <summary>What may be included with a search of the type since it refers to it.</summary>
    public static IEnumerable<string> To(string type) =>
        R4Definitions.ResourceTypes.Where(source => source != ReadSearch.Apart).SelectMany(source => ReferencesOf(source)
            .Where(parameter => parameter.Targets.Contains(type)).Select(parameter => $"{source}:{parameter.Code}"));

    private static IEnumerable<SearchParameterDefinition> ReferencesOf(string type) => R4Definitions.SearchParameters(type).Values
        .Where(parameter => parameter.Kind == SearchParameterKind.Reference)
        .OrderBy(parameter => parameter.Code, StringComparer.Ordinal);

    /// <summary>Null: the parameter is no include.</summary>
    public static Result<IncludeDirective>? Parse(SearchParameterSet parameters, Reach reach, string name, string value)
    {
        var parts = name.Split(':');
        if (parts[0] is not ("_include" or "_revinclude")) return null;
        if (parts.Length > 2 || (parts.Length == 2 && parts[1] is not ("iterate" or "recurse")))
            return new Refusal(
                RefusalKind.Invalid, "unsupported-search-modifier",
                $"'{parts[0]}' does not take the modifier ':{FhirRefusals.Shown(parts[^1])}'");
        var read = Parse(parameters, reach, value, reverse: parts[0] == "_revinclude");
        return read.IsRefused ? read : read.Value with { Iterates = parts.Length == 2 };
    }

    private static Result<IncludeDirective> Parse(SearchParameterSet parameters, Reach reach, string value, bool reverse)
    {
        var name = reverse ? "_revinclude" : "_include";
        if (value == "*") return new IncludeDirective(null, null, null) { IsReverse = reverse };
        var parts = value.Split(':');
        if (parts.Length is not (2 or 3)) return FhirRefusals.Invalid($"{name} is written {name}=Type:reference or {name}=Type:reference:Target.");
        if (parts.Length == 3 && !R4Definitions.IsResourceType(parts[2])) return Unknown(name, parts[2]);
        if (!R4Definitions.IsResourceType(parts[0])) return Unknown(name, parts[0]);
        if (parts[0] == ReadSearch.Apart) return ReadSearch.SearchedApart;
        if (reverse && !reach.May(ResourceInteractions.Search, parts[0])) return FhirRefusals.Forbidden;
        var target = parts.Length == 3 ? parts[2] : null;
        if (parts[1] == "*") return new IncludeDirective(parts[0], null, target) { IsReverse = reverse };
        if (parameters.Find(parts[0], parts[1]) is not { Kind: SearchParameterKind.Reference } parameter)
            return new Refusal(
                RefusalKind.Invalid, "unknown-search-parameter",
                $"{name}: {parts[0]} has no reference parameter '{FhirRefusals.Shown(parts[1])}'");
        return new IncludeDirective(parts[0], parameter, target) { IsReverse = reverse };
    }

    private static Refusal Unknown(string name, string type) =>
        FhirRefusals.Invalid($"{name}: '{FhirRefusals.Shown(type)}' is not an R4 resource type.");
}
