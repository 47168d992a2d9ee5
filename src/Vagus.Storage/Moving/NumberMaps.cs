namespace Vagus.Storage.Moving;

/// <summary>The numbers that a tenant's things have here, and those of the same things in the other database.</summary>
internal sealed class NumberMaps
{
    private readonly Dictionary<string, Dictionary<long, long>> families = new(StringComparer.Ordinal);

    public static async ValueTask<NumberMaps> Read(
        IEnumerable<NumberFamily> families, MoveSide from, MoveSide to, string tenant, CancellationToken cancel)
    {
        var maps = new NumberMaps();
        foreach (var family in families)
        {
            var there = (await NumbersOf(family, to, tenant, cancel))
                .ToDictionary(each => each.Thing, each => each.Number, StringComparer.Ordinal);
            maps.families[family.Name] = (await NumbersOf(family, from, tenant, cancel))
                .Where(each => there.ContainsKey(each.Thing)).ToDictionary(each => each.Number, each => there[each.Thing]);
        }

        return maps;
    }

    public static ValueTask<List<(long Number, string Thing)>> NumbersOf(
        NumberFamily family, MoveSide side, string tenant, CancellationToken cancel) =>
        side.Query(family.Read, [tenant], row => (row.GetInt64(0), row.GetString(1)), cancel);

    public long Of(string family, long number)
    {
        if (number <= 0) return number;
        return families[family].TryGetValue(number, out var there)
            ? there : throw new MoveException($"A row names the number {number} of {family}, which the organization does not have.");
    }
}
