using System.Globalization;
using System.Text;
using System.Text.Json;
using static Vagus.DefinitionsGenerator.DefinitionSource;

namespace Vagus.DefinitionsGenerator;

/// <summary>Writes one line for each base type of each search parameter, with the part of the expression that concerns that type.</summary>
internal sealed class SearchTable(DefinitionSource source, SearchParameterIds ids)
{
    public int Write(StringBuilder to)
    {
        var resources = source.Structures.Where(structure => Text(structure, "kind") == "resource").ToList();
        var resourceTypes = resources.Select(structure => Text(structure, "type")).ToHashSet(StringComparer.Ordinal);
        var concrete = resources.Count(structure => Text(structure, "abstract") == "False");
        var codes = source.SearchParameters.ToDictionary(parameter => Text(parameter, "url"), parameter => Text(parameter, "code"));
        var rows = source.SearchParameters
            .SelectMany(
                parameter =>
                Items(parameter, "base").Select(type => (Base: type.ToString(), Code: Text(parameter, "code"), Parameter: parameter)))
            .OrderBy(row => row.Base, StringComparer.Ordinal).ThenBy(row => row.Code, StringComparer.Ordinal).ToList();
        // "Any resource" is spelt out in the source, without Parameters, which is never stored.
        foreach (var (type, code, parameter) in rows)
        {
            var expression = OfBase(Text(parameter, "expression"), type, resourceTypes);
            var targets = Items(parameter, "target").Select(target => target.ToString()).Order(StringComparer.Ordinal).ToList();
            Tables.Line(to, "P", ids.Of(type, code).ToString(CultureInfo.InvariantCulture), type, code, Text(parameter, "type"),
                LastPart(Text(parameter, "url")), targets.Count >= concrete - 1 ? "Resource" : string.Join(',', targets), expression);
            foreach (var component in Items(parameter, "component"))
            {
                Tables.Line(to, "K", codes[Text(component, "definition")], Text(component, "expression"));
            }
        }

        return rows.Count;
    }

    /// <summary>Leaves out the branches of a union that start at another resource type: on this one they are always empty.</summary>
    internal static string OfBase(string expression, string baseType, IReadOnlySet<string> resourceTypes) =>
        string.Join(
            " | ",
            Branches(expression).Where(branch => FirstName(branch) is var name && (name == baseType || !resourceTypes.Contains(name))));

    private static IEnumerable<string> Branches(string expression)
    {
        var (depth, start) = (0, 0);
        for (var i = 0; i < expression.Length; i++)
        {
            depth += expression[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (expression[i] == '|' && depth == 0)
            {
                yield return expression[start..i].Trim();
                start = i + 1;
            }
        }

        yield return expression[start..].Trim();
    }

    private static string FirstName(string branch)
    {
        var name = branch.AsSpan().TrimStart("( ");
        var end = name.IndexOfAnyExceptInRange('A', 'z');
        return (end < 0 ? name : name[..end]).ToString();
    }
}
