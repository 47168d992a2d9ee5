using Vagus.Identity.Limits;

namespace Vagus.Identity.Tests.Limits;

public sealed class TwoGenerationCacheTests
{
    [Fact]
    public void It_stays_within_its_bound_and_keeps_what_is_used()
    {
        var cache = new TwoGenerationCache<int, string>(100);
        cache.Keep(-1, "used");

        for (var n = 0; n < 1000; n++)
        {
            cache.Keep(n, "passing");
            Assert.True(cache.TryGet(-1, out _));
            Assert.InRange(cache.Count, 1, 101);
        }

        Assert.False(cache.TryGet(0, out _));
    }

    [Fact]
    public void What_is_removed_or_cleared_is_gone_from_both_halves()
    {
        var cache = new TwoGenerationCache<int, string>(4);
        for (var n = 0; n < 3; n++) cache.Keep(n, "x");

        cache.Remove(0);
        Assert.False(cache.TryGet(0, out _));
        cache.Clear();
        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public void An_entry_is_made_once()
    {
        var cache = new TwoGenerationCache<string, object>(4);

        Assert.Same(cache.GetOrAdd("a", _ => new object()), cache.GetOrAdd("a", _ => new object()));
    }
}
