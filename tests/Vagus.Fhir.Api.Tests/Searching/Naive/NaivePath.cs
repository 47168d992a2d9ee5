using System.Text.Json;
using System.Text.RegularExpressions;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.Api.Tests.Searching.Naive;

/// <summary>An element that an expression finds, with its type where a choice tells it.</summary>
internal sealed record Found(JsonElement Value, string? Type);

/// <summary>
/// The expressions of R4's search parameters, followed over JSON step by step: what the server's own paths and FHIRPath are measured
/// against. It knows no more of FHIRPath than these expressions have.
/// </summary>
internal static partial class NaivePath
{
    public static List<Found> Find(JsonElement from, string expression, string? root) =>
        [.. expression.Split(" | ").SelectMany(branch => Branch(from, branch.Trim().TrimStart('('), root))];

    private static IEnumerable<Found> Branch(JsonElement from, string branch, string? root)
    {
        List<Found> found = [new Found(from, null)];
        foreach (Match step in Step().Matches(branch.TrimEnd(')')))
        {
            var (name, argument) = (step.Groups["name"].Value, step.Groups["argument"].Value);
            if (name == root || name.Length == 0 || name is "Resource" or "DomainResource") continue;
            found = [.. found.SelectMany(each => name switch
            {
                "as" => each.Type is null || Same(each.Type, argument) ? [each] : Array.Empty<Found>(),
                "where" => Holds(each.Value, argument) ? [each] : [],
                _ => Members(each.Value, name),
            })];
        }

        return found;
    }

    private static bool Holds(JsonElement value, string argument)
    {
        if (argument.StartsWith("resolve() is ", StringComparison.Ordinal))
        {
            var type = argument["resolve() is ".Length..];
            var text = value.ValueKind == JsonValueKind.String ? value.GetString()
                : value.TryGetProperty("reference", out var reference) ? reference.GetString() : null;
            return text?.StartsWith($"{type}/", StringComparison.Ordinal) == true;
        }

        var (name, wanted) = (argument.Split('=')[0], argument.Split('=')[1].Trim('\''));
        return value.TryGetProperty(name, out var held) && held.GetString() == wanted;
    }

    private static IEnumerable<Found> Members(JsonElement value, string name)
    {
        if (value.ValueKind != JsonValueKind.Object) yield break;
        // Where there is an element of the very name, others that begin alike (subscriber, subscriberId) are no choices of it.
        var isPlain = value.TryGetProperty(name, out _);
        foreach (var property in value.EnumerateObject())
        {
            var type = isPlain ? null : ChoiceOf(property.Name, name);
            if (property.Name != name && type is null) continue;
            if (property.Value.ValueKind != JsonValueKind.Array) yield return new Found(property.Value, type);
            else foreach (var item in property.Value.EnumerateArray()) yield return new Found(item, type);
        }
    }

    private static string? ChoiceOf(string property, string name)
    {
        if (!property.StartsWith(name, StringComparison.Ordinal) || property.Length == name.Length) return null;
        var type = property[name.Length..];
        if (!char.IsUpper(type[0])) return null;
        var primitive = char.ToLowerInvariant(type[0]) + type[1..];
        return R4Definitions.Type(type) is not null || R4Definitions.Type(primitive) is not null ? type : null;
    }

    private static bool Same(string type, string asked) => type.Equals(asked, StringComparison.OrdinalIgnoreCase);

    // a.b, a as B, a.as(B), a.where(…)
    [GeneratedRegex(
        @"(?<name>where|as)(\((?<argument>resolve\(\) is \w+|[^)]*)\)?| (?<argument>\w+))|(?<name>\w+)",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Step();
}
