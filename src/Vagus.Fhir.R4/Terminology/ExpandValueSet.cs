using System.Text.RegularExpressions;
using Vagus.Kernel;

namespace Vagus.Fhir.R4.Terminology;

/// <summary>
/// The codes of a value set (R4 §4.9.5). Bounded: a set of more than <paramref name="most"/> codes is refused as too costly, also where a
/// part of it would be larger than the whole. A value set that is taken in several times is expanded once: sets within sets would cost
/// exponentially otherwise. An instance makes one expansion.
/// </summary>
public sealed class ExpandValueSet(TerminologySource source, int most)
{
    private const int Deepest = 16;
    private const int MostSelections = 10_000;

    /// <summary>Concepts that one expansion looks at, each as often as a filter or a selection asks it.</summary>
    public const long MostLookedAt = 5_000_000;

    private static readonly TimeSpan RegexLimit = TimeSpan.FromMilliseconds(100);
    private readonly Dictionary<string, Expanded> known = new(StringComparer.Ordinal);
    private int selections;
    private long lookedAt;

    public async ValueTask<Result<List<ExpandedCode>>> Run(ValueSetDefinition set, CancellationToken cancel)
    {
        var expanded = await Expand(set, set.Url is { } own ? [own] : [], cancel);
        return expanded.Refusal is { } refused ? refused : expanded.Value.Codes;
    }

    private async ValueTask<Result<Expanded>> Expand(ValueSetDefinition set, IReadOnlyList<string> within, CancellationToken cancel)
    {
        if (set.Listed is { } listed) return Bounded(listed, height: 0);
        var (codes, height) = (new OrderedDictionary<(string?, string), ExpandedCode>(), 0);
        foreach (var include in set.Includes)
        {
            var selected = await Select(include, within, cancel);
            if (selected.Refusal is { } refused) return refused;
            foreach (var code in selected.Value.Codes) codes.TryAdd((code.System, code.Code), code);
            if (codes.Count > most) return TerminologyRefusals.TooCostly(most);
            height = Math.Max(height, selected.Value.Height);
        }

        foreach (var exclude in set.Excludes)
        {
            var selected = await Select(exclude, within, cancel);
            if (selected.Refusal is { } refused) return refused;
            foreach (var code in selected.Value.Codes) codes.Remove((code.System, code.Code));
            height = Math.Max(height, selected.Value.Height);
        }

        return Bounded(codes.Values, height);
    }

    private async ValueTask<Result<Expanded>> Select(CodeSelection selection, IReadOnlyList<string> within, CancellationToken cancel)
    {
        if (Count(cancel) is { } tooMany) return tooMany;
        List<ExpandedCode>? codes = null;
        if (selection.System is { } system)
        {
            var ofSystem = await OfSystem(system, selection, cancel);
            if (ofSystem.Refusal is { } refused) return refused;
            codes = ofSystem.Value;
        }

        var height = 0;
        foreach (var canonical in selection.ValueSets)
        {
            if (Count(cancel) is { } costly) return costly;
            var inner = await OfValueSet(canonical, within, cancel);
            if (inner.Refusal is { } refused) return refused;
            if (Look(inner.Value.Codes.Count + (codes?.Count ?? 0)) is { } tooMuch) return tooMuch;
            codes = codes is null ? inner.Value.Codes : Both(codes, inner.Value.Codes);
            height = Math.Max(height, inner.Value.Height + 1);
        }

        return Bounded(codes ?? [], height);
    }

    // Filters and value sets of one selection cost as much as selections do: all count alike.
    private Refusal? Count(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return ++selections > MostSelections ? TerminologyRefusals.TooManyParts(MostSelections) : null;
    }

    private Refusal? Look(long concepts) =>
        (lookedAt += concepts) > MostLookedAt ? TerminologyRefusals.TooMuchLookedAt(MostLookedAt) : null;

    // A set that could be expanded holds no circle, so that only its depth is asked again at another place.
    private async ValueTask<Result<Expanded>> OfValueSet(string canonical, IReadOnlyList<string> within, CancellationToken cancel)
    {
        if (within.Count >= Deepest || within.Contains(canonical)) return TerminologyRefusals.Circular(canonical);
        if (known.TryGetValue(canonical, out var expanded))
            return within.Count + expanded.Height < Deepest ? expanded : TerminologyRefusals.Circular(canonical);
        if (await source.ValueSet(canonical) is not { } set) return TerminologyRefusals.Unknown("ValueSet", canonical);
        var result = await Expand(set, [.. within, canonical], cancel);
        if (!result.IsRefused) known.Add(canonical, result.Value);
        return result;
    }

    private static List<ExpandedCode> Both(List<ExpandedCode> one, List<ExpandedCode> other)
    {
        var known = other.Select(code => (code.System, code.Code)).ToHashSet();
        return [.. one.Where(code => known.Contains((code.System, code.Code)))];
    }

    private async ValueTask<Result<List<ExpandedCode>>> OfSystem(string system, CodeSelection selection, CancellationToken cancel)
    {
        var definition = await source.CodeSystem(selection.Version is { } version ? $"{system}|{version}" : system);
        if (selection.Codes.Count > 0) return Bounded(Listed(system, selection, definition));
        if (definition is null) return TerminologyRefusals.Unknown("CodeSystem", system);
        if (!definition.IsComplete) return TerminologyRefusals.Incomplete(system);
        var concepts = definition.Concepts;
        foreach (var filter in selection.Filters)
        {
            // A hierarchy is walked for the filter before the concepts that are left are asked.
            if ((Count(cancel) ?? Look(definition.Concepts.Count + concepts.Count)) is { } costly) return costly;
            var filtered = Filter(definition, filter);
            if (filtered.Refusal is { } refused) return refused;
            // Evaluated at once: lazy filters would be nested calls, 10,000 deep.
            var left = Filtered(concepts, filtered.Value);
            if (left.Refusal is { } tooLong) return tooLong;
            concepts = left.Value;
        }

        if (Look(Math.Min(concepts.Count, most + 1)) is { } tooMuch) return tooMuch;
        return Bounded(concepts.Select(concept => OfConcept(system, concept, concept)));
    }

    private static Result<List<Concept>> Filtered(IReadOnlyList<Concept> concepts, Func<Concept, bool> filter)
    {
        try
        {
            return concepts.Where(filter).ToList();
        }
        catch (RegexMatchTimeoutException)
        {
            return TerminologyRefusals.UnknownFilter("regex");
        }
    }

    // A system that is not here is taken at the value set's word; of one that is wholly here, only codes that it has.
    private static IEnumerable<ExpandedCode> Listed(string system, CodeSelection selection, CodeSystemDefinition? definition)
    {
        foreach (var listed in selection.Codes)
        {
            var known = definition?.Find(listed.Code);
            if (known is not null || definition is not { IsComplete: true }) yield return OfConcept(system, listed, known ?? listed);
        }
    }

    private static ExpandedCode OfConcept(string system, Concept named, Concept known) =>
        new(system, known.Code, named.Display ?? known.Display)
        {
            Designations = named.Designations.Count > 0 ? named.Designations : known.Designations,
            IsAbstract = known.IsAbstract,
            IsInactive = known.IsInactive,
        };

    private Result<List<ExpandedCode>> Bounded(IEnumerable<ExpandedCode> codes)
    {
        // One more than allowed is enough to know.
        var taken = codes.Take(most + 1).ToList();
        return taken.Count > most ? TerminologyRefusals.TooCostly(most) : taken;
    }

    private Result<Expanded> Bounded(IEnumerable<ExpandedCode> codes, int height)
    {
        var bounded = Bounded(codes);
        return bounded.Refusal is { } refused ? refused : new Expanded(bounded.Value, height);
    }

    /// <summary>R4 value set filter-operator.</summary>
    private static Result<Func<Concept, bool>> Filter(CodeSystemDefinition system, CodeFilter filter)
    {
        var (property, value) = (filter.Property, filter.Value);
        switch (filter.Operation)
        {
            case "is-a":
                return Among(system.Below(value));
            case "descendent-of":
                return Among(system.Below(value).Skip(1));
            case "generalizes":
                return Among(system.Above(value));
            case "is-not-a":
                var below = system.Below(value).ToHashSet(ReferenceEqualityComparer.Instance);
                return new Func<Concept, bool>(concept => !below.Contains(concept));
            case "=":
                return new Func<Concept, bool>(concept => Values(concept, property).Contains(value, StringComparer.Ordinal));
            case "in" or "not-in":
                var named = value.Split(',', StringSplitOptions.TrimEntries).ToHashSet(StringComparer.Ordinal);
                var isIn = filter.Operation == "in";
                return new Func<Concept, bool>(concept => Values(concept, property).Any(named.Contains) == isIn);
            case "exists":
                return new Func<Concept, bool>(concept => Values(concept, property).Any() == (value == "true"));
            case "regex":
                return Matching(property, value);
            default:
                return TerminologyRefusals.UnknownFilter(filter.Operation);
        }
    }

    private static Func<Concept, bool> Among(IEnumerable<Concept> concepts)
    {
        var taken = concepts.ToHashSet(ReferenceEqualityComparer.Instance);
        return taken.Contains;
    }

    // The pattern comes with a resource: it is matched in linear time, or refused.
    private static Result<Func<Concept, bool>> Matching(string property, string pattern)
    {
        try
        {
            var regex = new Regex(
                $"^(?:{pattern})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, RegexLimit);
            return new Func<Concept, bool>(concept => Values(concept, property).Any(regex.IsMatch));
        }
        catch (Exception cause) when (cause is ArgumentException or NotSupportedException)
        {
            return TerminologyRefusals.UnknownFilter("regex");
        }
    }

    private static IEnumerable<string> Values(Concept concept, string property) => property switch
    {
        "concept" or "code" => [concept.Code],
        "display" => concept.Display is { } display ? [display] : [],
        "parent" => concept.Parents,
        _ => concept.Properties.Where(each => each.Code == property).Select(each => each.Text),
    };

    /// <param name="Codes">In the order of the definition.</param>
    /// <param name="Height">Levels of value sets below this one.</param>
    private sealed record Expanded(List<ExpandedCode> Codes, int Height);
}
