using Vagus.Access.Authorization;
using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Search.Request;

/// <summary>
/// Reads one parameter that resources must meet: of the index, <c>_id</c>, <c>_lastUpdated</c>, a chain (R4 §3.1.1.4.13), or <c>_has</c>
/// (§3.1.1.4.14). Types that the caller never searches are refused where the request names them, and left out where it does not.
/// </summary>
internal sealed class ReadCondition(SearchValueParser parser, SearchParameterSet parameters, Reach reach)
{
    public const int MostLinks = 3;
    // Of a reference that may be to many types, and whose request names none.
    private const int MostTargets = 12;
    private const string Has = "_has:";

    public Result<SearchCondition> Run(string type, string name, string value) => Run(type, name, value, links: 0);

    private Result<SearchCondition> Run(string type, string name, string value, int links)
    {
        if (links > MostLinks) return FhirRefusals.TooCostly($"A chain has at most {MostLinks} links.");
        if (name.StartsWith(Has, StringComparison.Ordinal)) return ReadHas(type, name, value, links);
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        if (dot > 0) return ReadChain(type, name[..dot], name[(dot + 1)..], value, links);
        // Both are columns of the resource's own row, never absent; the index does not have them.
        if (name.StartsWith("_id:", StringComparison.Ordinal) || name.StartsWith("_lastUpdated:", StringComparison.Ordinal))
            return FhirRefusals.NotSupported("_id and _lastUpdated take no modifier.");
        if (name is "_text" or "_content") return ReadWords(type, name, value);
        if (ReadTerminology(type, name, value) is { } asked) return asked;
        if (name == "_id") return new IdCondition(value.Split(',', StringSplitOptions.RemoveEmptyEntries));
        var criterion = parser.Parse(type, name, value);
        if (criterion.Refusal is { } refusal) return refusal;
        if (name != "_lastUpdated") return new IndexCondition(criterion.Value);
        return criterion.Value.AnyOf is [DateTerm term]
            ? new UpdatedCondition(term)
            : FhirRefusals.NotSupported("_lastUpdated takes one value; repeat the parameter for a range.");
    }

    /// <summary>Words that must all be there; of several lists one will do.</summary>
    private static Result<SearchCondition> ReadWords(string type, string name, string value)
    {
        if (R4Definitions.SearchParameter(type, name) is not { } parameter)
            return new Refusal(RefusalKind.Invalid, "unknown-search-parameter", $"{type} has no search parameter '{name}'");
        var terms = SearchValueParser.Alternatives(value).Select(WordsTerm.Read).ToList();
        return terms.Count == 0 || terms.Contains(null)
            ? new Refusal(RefusalKind.Invalid, "invalid-search-value", $"The search parameter '{name}' takes words, at most 16 of them")
            : new IndexCondition(new SearchCriterion(parameter.Id, name, SearchKind.Words) { AnyOf = [.. terms.OfType<WordsTerm>()] });
    }

    /// <summary>Null: the parameter does not ask terminology.</summary>
    private Result<SearchCondition>? ReadTerminology(string type, string name, string value)
    {
        if (name.Split(':') is not [var code, var text]) return null;
        TerminologyModifier? modifier = text switch
        {
            "in" => TerminologyModifier.In,
            "not-in" => TerminologyModifier.NotIn,
            "above" => TerminologyModifier.Above,
            "below" => TerminologyModifier.Below,
            _ => null,
        };
        if (modifier is not { } known) return null;
        if (parameters.Find(type, code) is not { Kind: SearchParameterKind.Token, Expression.Length: > 0 } parameter)
            return null;
        var values = SearchValueParser.Alternatives(value);
        var isCode = known is TerminologyModifier.Above or TerminologyModifier.Below;
        if (values.Count == 0 || (isCode && values.Any(each => each.IndexOf('|', StringComparison.Ordinal) is < 1 || each.EndsWith('|'))))
            return new Refusal(
                RefusalKind.Invalid, "invalid-search-value",
                $"The search parameter '{code}:{text}' takes {(isCode ? "system|code" : "the canonical of a value set")}");
        return new TerminologyCondition(parameter, SearchValueParser.HasNoSystem(type, parameter), known, values);
    }

    private Result<SearchCondition> ReadChain(string type, string head, string rest, string value, int links)
    {
        var colon = head.IndexOf(':', StringComparison.Ordinal);
        var (code, target) = colon < 0 ? (head, null) : (head[..colon], head[(colon + 1)..]);
        var reference = Reference(type, code);
        if (reference.Refusal is { } unknown) return unknown;
        var targets = TargetsOf(reference.Value, target);
        if (targets.Refusal is { } refused) return refused;
        var ways = new List<ChainLink>();
        Refusal? last = null;
        foreach (var each in targets.Value)
        {
            var condition = Run(each, rest, value, links + 1);
            if (condition.Refusal is { } cause) last = cause;
            else ways.Add(new ChainLink(reference.Value.Id, each, condition.Value));
            // That a chain is too long holds for every type; that a parameter is unknown does not.
            if (last is { Kind: not RefusalKind.Invalid }) return last;
        }

        if (ways.Count > 0) return new ChainCondition(ways);
        return last ?? FhirRefusals.Forbidden;
    }

    private Result<SearchCondition> ReadHas(string type, string name, string value, int links)
    {
        if (name[Has.Length..].Split(':', 3) is not [{ Length: > 0 } source, { Length: > 0 } code, { Length: > 0 } rest])
            return FhirRefusals.Invalid("_has is written _has:Type:reference:parameter.");
        if (Refuse(source) is { } forbidden) return forbidden;
        var reference = Reference(source, code);
        if (reference.Refusal is { } unknown) return unknown;
        if (!reference.Value.Targets.Contains(type) && !IsAnyTarget(reference.Value))
            return FhirRefusals.Invalid($"{source}.{FhirRefusals.Shown(code)} does not refer to {type}.");
        var condition = Run(source, rest, value, links + 1);
        return condition.Refusal is { } refused ? refused : new HasCondition(source, reference.Value.Id, condition.Value);
    }

    private Result<SearchParameterDefinition> Reference(string type, string code)
    {
        if (parameters.Find(type, code) is not { } parameter)
            return new Refusal(
                RefusalKind.Invalid, "unknown-search-parameter", $"{type} has no search parameter '{FhirRefusals.Shown(code)}'");
        return parameter.Kind == SearchParameterKind.Reference
            ? parameter
            : FhirRefusals.Invalid($"'{code}' of {type} is no reference, so that nothing is chained to it.");
    }

    private Result<IReadOnlyList<string>> TargetsOf(SearchParameterDefinition reference, string? named)
    {
        if (named is not null)
        {
            if (Refuse(named) is { } refused) return refused;
            return reference.Targets.Contains(named) || IsAnyTarget(reference)
                ? new List<string> { named }
                : FhirRefusals.Invalid($"'{reference.Code}' does not refer to {named}.");
        }

        if (IsAnyTarget(reference) || reference.Targets.Length > MostTargets)
            return FhirRefusals.Invalid($"'{reference.Code}' refers to many types. Name one: {reference.Code}:Patient.");
        return reference.Targets.Where(target => reach.May(ResourceInteractions.Search, target)).ToList();
    }

    private static bool IsAnyTarget(SearchParameterDefinition reference) => reference.Targets.Length == 0 || reference.Targets is ["Resource"];

    private Refusal? Refuse(string type)
    {
        if (!R4Definitions.IsResourceType(type)) return FhirRefusals.Invalid($"'{FhirRefusals.Shown(type)}' is not an R4 resource type.");
        if (type == ReadSearch.Apart) return ReadSearch.SearchedApart;
        return reach.May(ResourceInteractions.Search, type) ? null : FhirRefusals.Forbidden;
    }
}
