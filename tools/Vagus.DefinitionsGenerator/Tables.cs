using System.Globalization;
using System.Text;

namespace Vagus.DefinitionsGenerator;

/// <summary>
/// The three files that are checked in. A function of the source and of the ids given out so far: the same input gives the same bytes.
/// </summary>
internal sealed record Tables(string Definitions, string SearchParameterIds, string Terminology, string Summary)
{
    public static Tables From(DefinitionSource source, string idsSoFar)
    {
        var codes = new CodeSets(source);
        var types = new StringBuilder();
        var typeCount = new TypeTable(source, codes).Write(types);
        var ids = new SearchParameterIds(idsSoFar);
        var searches = new StringBuilder();
        var searchCount = new SearchTable(source, ids).Write(searches);

        var all = new StringBuilder();
        Line(all, "#", "FHIR R4 4.0.1 definitions, written by tools/Vagus.DefinitionsGenerator; its README explains the lines");
        codes.Write(all);
        all.Append(types);
        all.Append(searches);
        CompartmentTable.Write(source, all);
        var terminology = new StringBuilder();
        Line(terminology, "#", "FHIR R4 4.0.1 terminology of required bindings, written by tools/Vagus.DefinitionsGenerator");
        var definitionCount = new TerminologyTable(codes).Write(terminology);
        var summary = string.Create(
            CultureInfo.InvariantCulture,
                $"{definitionCount} definitions of terminology, {typeCount} types, {searchCount} search parameters, {codes.Count} code sets; not enumerable: {string.Join(", ", codes.Open)}");
        return new Tables(all.ToString(), ids.ToString(), terminology.ToString(), summary);
    }

    /// <summary>Appends one line of fields. A field that would break the format is a bug in the source or here.</summary>
    public static void Line(StringBuilder to, params IEnumerable<string> fields)
    {
        var first = true;
        foreach (var field in fields)
        {
            if (field.AsSpan().ContainsAny('\t', '\n', '\r'))
            {
                throw new InvalidDataException($"'{field}' holds a separator");
            }

            to.Append(first ? "" : "\t").Append(field);
            first = false;
        }

        to.Append('\n');
    }
}
