using System.Text.Json;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.Api.Tests.Searching.Naive;

/// <summary>A search of one type by parameters that must all hold, and what a reader of the records finds by it.</summary>
internal sealed record NaiveCase(string Type, IReadOnlyList<NaiveCondition> Conditions)
{
    private const int EntriesOfBatch = 200;

    /// <summary>The modifier, or the kind with the prefix; or that there are several conditions.</summary>
    public string Way => Conditions is not [var only] ? "and" : only.Way;

    public string Query => string.Join('&', Conditions.Select(condition => condition.Query));

    public List<string> Expected(IEnumerable<JsonElement> records) =>
    [
        .. records.Where(record => Conditions.All(condition => condition.Meets(record, Type)))
            .Select(record => record.GetProperty("id").GetString()!).Order(StringComparer.Ordinal),
    ];

    /// <summary>The ids that each of the searches finds, or what it was refused with.</summary>
    public static async IAsyncEnumerable<(NaiveCase Case, List<string> Ids)> Ask(Person person, IEnumerable<NaiveCase> cases)
    {
        foreach (var part in cases.Chunk(EntriesOfBatch))
        {
            var answer = (await person.Bundle("batch", part.Select(each => Sample.Get($"{each.Type}?{each.Query}&_count=100")))).Is(200);
            foreach (var (each, entry) in part.Zip(answer.Entries))
                yield return (each, IdsOf(entry).Order(StringComparer.Ordinal).ToList());
        }
    }

    /// <summary>In the order of the answer.</summary>
    public static IEnumerable<string> IdsOf(JsonElement entry)
    {
        var resource = entry.TryGetProperty("resource", out var page) ? page : entry.GetProperty("response").GetProperty("outcome");
        if (!entry.GetProperty("response").GetProperty("status").GetString()!.StartsWith("200", StringComparison.Ordinal))
            return [resource.GetRawText()];
        return !resource.TryGetProperty("entry", out var entries) ? []
            : entries.EnumerateArray().Select(each => each.GetProperty("resource").GetProperty("id").GetString()!);
    }
}

/// <summary>One parameter with its value, or with several of which one must hold.</summary>
internal sealed record NaiveCondition(SearchParameterDefinition Parameter, string? Modifier, string Value)
{
    /// <summary>Of <c>:in</c> and <c>:not-in</c>: what the value set holds that the value names.</summary>
    public IReadOnlySet<(string? System, string Code)>? Set { get; init; }

    public bool IsOr { get; init; }

    public string Way => IsOr ? "or" : Modifier ?? (Value.StartsWith("ap", StringComparison.Ordinal) ? $"{Parameter.Kind} ap" : "");

    public string Query => $"{Parameter.Code}{(Modifier is null ? "" : $":{Modifier}")}={Uri.EscapeDataString(Value)}";

    public bool Meets(JsonElement record, string type)
    {
        if (Set is null) return NaiveMatch.Meets(record, type, Parameter, Modifier, Value);
        var found = NaivePath.Find(record, Parameter.Expression, type).SelectMany(each => NaiveMatch.TokensOf(each.Value));
        return found.Any(Set.Contains) == (Modifier == "in");
    }
}
