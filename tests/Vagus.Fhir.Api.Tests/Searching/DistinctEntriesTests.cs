using Vagus.Fhir.Store.Index;

namespace Vagus.Fhir.Api.Tests.Searching;

/// <summary>Index entries of one resource: each once, and without comparing all with all.</summary>
public sealed class DistinctEntriesTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(2_000)]
    public void Each_key_stands_once_in_the_order_in_which_it_came(int count)
    {
        var entries = new DistinctEntries();

        for (var number = 0; number < 2 * count; number++) entries.Add(new IndexEntry((long)(number % count), "code", 7L));

        Assert.Equal(Enumerable.Range(0, count).Select(number => (long)number), entries.All.Select(entry => entry.Parameter));
    }

    [Fact]
    public void What_many_entries_cost_grows_with_their_number_and_not_with_its_square()
    {
        const int Count = 2_000;
        var compared = 0;
        var entries = new DistinctEntries();

        for (var number = 0; number < Count; number++) entries.Add(new IndexEntry(0L, new Counting(number, () => compared++)));

        Assert.Equal(Count, entries.All.Count);
        Assert.True(compared < 2 * Count, $"{compared} comparisons of {Count} entries");
    }

    private sealed class Counting(int number, Action compared)
    {
        private readonly int number = number;

        public override bool Equals(object? obj)
        {
            compared();
            return obj is Counting other && other.number == number;
        }

        public override int GetHashCode() => number;
    }
}
