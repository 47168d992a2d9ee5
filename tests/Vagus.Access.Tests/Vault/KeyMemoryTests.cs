using Microsoft.Extensions.Time.Testing;
using Vagus.Access.Vault.Keys;
using Vagus.Testing;

namespace Vagus.Access.Tests.Vault;

public sealed class KeyMemoryTests
{
    [Fact]
    public void A_key_is_zeroed_when_its_last_user_is_done_and_not_before()
    {
        byte[] source = [.. Enumerable.Repeat((byte)7, 32)];
        var key = new SharedKey("k", source);
        var seen = key.Bytes;
        Assert.True(key.TryUse());

        key.GiveBack();
        Assert.Equal(7, seen.Span[31]);
        key.GiveBack();

        Assert.All(source, each => Assert.Equal(0, each));
        Assert.All(seen.ToArray(), each => Assert.Equal(0, each));
        Assert.True(key.IsZeroed);
        Assert.False(key.TryUse());
        Assert.Throws<ObjectDisposedException>(() => key.Bytes);
    }

    [Fact]
    public void An_evicted_key_stays_whole_for_those_who_use_it()
    {
        using var cache = new KeyCache<string>(capacity: 2, TimeSpan.FromHours(1), new TestClock { MovesTimestamps = true });
        Keep(cache, "a");
        var used = cache.Find("a")!;

        Keep(cache, "b");
        Keep(cache, "c");

        Assert.Equal(2, cache.Count);
        Assert.Null(cache.Find("a"));
        Assert.False(used.IsZeroed);
        used.GiveBack();
        Assert.True(used.IsZeroed);
    }

    [Fact]
    public void The_key_that_was_not_used_for_longest_is_evicted_and_expired_ones_are_not_given_out()
    {
        var clock = new TestClock { MovesTimestamps = true };
        using var cache = new KeyCache<string>(capacity: 2, TimeSpan.FromHours(1), clock);
        Keep(cache, "a");
        var b = Keep(cache, "b");
        cache.Find("a")!.GiveBack();
        var c = Keep(cache, "c");
        Assert.True(b.IsZeroed);

        clock.Advance(TimeSpan.FromHours(1));

        Assert.Null(cache.Find("c"));
        Assert.True(c.IsZeroed);
    }

    [Fact]
    public void The_end_of_a_cache_zeroes_its_keys()
    {
        var cache = new KeyCache<string>(capacity: 2, TimeSpan.FromHours(1), new TestClock { MovesTimestamps = true });
        var a = Keep(cache, "a");

        cache.Dispose();

        Assert.True(a.IsZeroed);
    }

    [Fact]
    public void A_sweep_zeroes_expired_keys_that_are_not_asked_for_any_more()
    {
        var clock = new FakeTimeProvider();
        using var cache = new KeyCache<string>(capacity: 2, TimeSpan.FromHours(1), clock);
        var a = Keep(cache, "a");
        clock.Advance(TimeSpan.FromMinutes(30));
        var b = Keep(cache, "b");

        clock.Advance(TimeSpan.FromMinutes(31));

        Assert.True(a.IsZeroed);
        Assert.False(b.IsZeroed);
        Assert.Equal(1, cache.Count);
    }

    private static SharedKey Keep(KeyCache<string> cache, string name)
    {
        var key = new SharedKey(name, [.. Enumerable.Repeat((byte)7, 32)]);
        cache.Keep(name, key);
        key.GiveBack();
        return key;
    }
}
