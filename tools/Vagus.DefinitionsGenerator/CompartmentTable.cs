using System.Text;
using static Vagus.DefinitionsGenerator.DefinitionSource;

namespace Vagus.DefinitionsGenerator;

/// <summary>
/// Writes, for each compartment and resource type in it, the search parameters that link the two; <c>{def}</c> is the resource itself.
/// </summary>
internal static class CompartmentTable
{
    public static void Write(DefinitionSource source, StringBuilder to)
    {
        foreach (var compartment in source.Compartments.OrderBy(compartment => Text(compartment, "code"), StringComparer.Ordinal))
        {
            foreach (var resource in Items(compartment, "resource").OrderBy(resource => Text(resource, "code"), StringComparer.Ordinal))
            {
                var parameters = Items(resource, "param").Select(parameter => parameter.ToString()).ToList();
                if (parameters is not [])
                {
                    Tables.Line(to, ["C", Text(compartment, "code"), Text(resource, "code"), .. parameters]);
                }
            }
        }
    }
}
