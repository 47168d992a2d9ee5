using System.Text;

namespace Vagus.DefinitionsGenerator;

/// <summary>
/// The number of each (base type, code): its line in a list that only grows at its end, because index rows in databases hold these numbers.
/// </summary>
internal sealed class SearchParameterIds
{
    private readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);
    private readonly StringBuilder list = new();

    public SearchParameterIds(string soFar)
    {
        foreach (var line in soFar.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Append(line);
        }
    }

    public int Of(string baseType, string code)
    {
        var key = $"{baseType}\t{code}";
        return ids.TryGetValue(key, out var id) ? id : Append(key);
    }

    public override string ToString() => list.ToString();

    private int Append(string line)
    {
        list.Append(line).Append('\n');
        ids.Add(line, ids.Count + 1);
        return ids.Count;
    }
}
