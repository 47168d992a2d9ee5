namespace Vagus.Demo.Synthetic;

/// <summary>
/// A stream of numbers fixed by its seed (SplitMix64). System.Random promises no sequence across runtime versions;
/// the same seed must give the same clinic on every machine.
/// </summary>
internal sealed class Dice(ulong seed)
{
    private ulong state = seed;

    private ulong NextBits()
    {
        state += 0x9E3779B97F4A7C15;
        var bits = state;
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }

    /// <summary>A whole number from <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    public int Between(int low, int high) => low + (int)(NextBits() % (ulong)(high - low + 1));

    /// <summary>A number in the range, rounded to <paramref name="decimals"/> places.</summary>
    public decimal Between(decimal low, decimal high, int decimals)
    {
        var share = Between(0, 10_000) / 10_000m;
        return decimal.Round(low + ((high - low) * share), decimals);
    }

    public bool Chance(int percent) => Between(1, 100) <= percent;

    public T Pick<T>(IReadOnlyList<T> from) => from[Between(0, from.Count - 1)];

    /// <summary>Some different members, in the order they were drawn.</summary>
    public IReadOnlyList<T> PickSome<T>(IReadOnlyList<T> from, int count)
    {
        var left = from.ToList();
        var drawn = new List<T>();
        while (drawn.Count < count && left.Count > 0)
        {
            var index = Between(0, left.Count - 1);
            drawn.Add(left[index]);
            left.RemoveAt(index);
        }

        return drawn;
    }
}
