using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using Vagus.Access.Vault;
using Vagus.Access.Vault.Searching;
using Vagus.Kernel;
using Vagus.Storage.Searching;
using Vagus.Testing;

namespace Vagus.Access.Tests.Vault.Searching;

public sealed class SealedSearchTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("potassium", "m-2 m-1")]
    [InlineData("POTASSIUM level", "m-2")]
    [InlineData("pot", "m-2 m-1")]
    [InlineData("level pot", "m-2")]
    [InlineData("pot level", "")]
    [InlineData("evaluacion", "m-3")]
    [InlineData("po", "m-2 m-1")]
    [InlineData("p", "")]
    [InlineData("level p", "")]
    [InlineData("level-p", "")]
    [InlineData("level-pl,", "m-2")]
    [InlineData("absent", "")]
    [InlineData("", "")]
    [InlineData("\" OR *", "")]
    [InlineData("potassium NOT level", "")]
    [InlineData("body:potassium", "")]
    public async Task Words_find_the_texts_that_have_all_of_them_and_are_never_operators(string words, string ids)
    {
        using var search = NewSearch();

        var found = await Find(search, TestVault.Harbor, words, Three().Read);

        Assert.Equal(ids, string.Join(' ', found.Value));
    }

    [Fact]
    public async Task The_index_is_made_once_and_follows_what_is_stored_and_removed()
    {
        using var search = NewSearch();
        var source = Three();
        search.Put(TestVault.Harbor, new SearchText("m-0", "t-1", "potassium, before there is an index"));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Find(search, TestVault.Harbor, "x", source.Read)));
        search.Put(TestVault.Harbor, new SearchText("m-4", "t-1", "Potassium again"));
        search.Put(TestVault.Harbor, new SearchText("m-1", "t-1", "corrected"));
        search.Remove(TestVault.Harbor, "m-2");
        var found = await Find(search, TestVault.Harbor, "potassium", source.Read);

        Assert.Equal(["m-4"], found.Value);
        Assert.Equal(1, source.Readings);
    }

    [Fact]
    public async Task What_is_stored_while_the_index_is_made_wins_over_what_is_read()
    {
        using var search = NewSearch();
        var source = new Source([new("m-1", "t-1", "old words"), new("m-2", "t-1", "old words")]) { Gate = new TaskCompletionSource() };
        var searching = Find(search, TestVault.Harbor, "old", source.Read);
        await source.Begun.Task;

        search.Put(TestVault.Harbor, new SearchText("m-1", "t-1", "new words"));
        search.Remove(TestVault.Harbor, "m-2");
        search.Put(TestVault.Harbor, new SearchText("m-3", "t-1", "old words"));
        source.Gate.SetResult();

        Assert.Equal(["m-3"], (await searching).Value);
    }

    [Fact]
    public async Task Tenants_do_not_find_each_others_texts()
    {
        using var search = NewSearch();
        await Find(search, TestVault.Harbor, "potassium", Three().Read);

        var theirs = await Find(search, TestVault.Ridgeview, "potassium", new Source([]).Read);

        Assert.Empty(theirs.Value);
    }

    [Fact]
    public async Task Texts_beyond_the_tenants_limit_are_refused_without_reading_them_again_and_again()
    {
        var clock = new TestClock { MovesTimestamps = true };
        using var search = new SealedSearch(new VaultOptions { SearchBytesPerTenant = 20 }, clock);
        var source = Three();

        var first = await Find(search, TestVault.Harbor, "potassium", source.Read);
        var second = await Find(search, TestVault.Harbor, "potassium", source.Read);
        clock.Advance(TimeSpan.FromMinutes(11));
        await Find(search, TestVault.Harbor, "potassium", source.Read);

        Assert.Equal("search_too_large", first.Refusal?.Code);
        Assert.Equal("search_too_large", second.Refusal?.Code);
        Assert.Equal(2, source.Readings);
        Assert.Equal(0, search.Bytes);
    }

    [Fact]
    public async Task Where_memory_is_short_the_index_that_was_not_used_for_longest_is_given_up_and_made_again()
    {
        var clock = new TestClock { MovesTimestamps = true };
        using var search = new SealedSearch(new VaultOptions { SearchBytes = 250 }, clock);
        var sources = Enumerable.Range(0, 3).Select(_ => new Source([new("m-1", "t-1", new string('a', 100))])).ToList();
        for (var at = 0; at < 3; at++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Find(search, new TenantId($"clinic-{at}"), "aaa", sources[at].Read);
        }

        Assert.Equal(200, search.Bytes);
        Assert.Equal(["m-1"], (await Find(search, new TenantId("clinic-2"), "aaa", sources[2].Read)).Value);
        Assert.Equal(["m-1"], (await Find(search, new TenantId("clinic-0"), "aaa", sources[0].Read)).Value);
        Assert.Equal([2, 1, 1], sources.Select(source => source.Readings));
    }

    [Fact]
    public async Task An_index_whose_making_failed_is_made_again()
    {
        using var search = NewSearch();
        var source = Three();
        source.Fails = true;

        await Assert.ThrowsAsync<IOException>(async () => await Find(search, TestVault.Harbor, "potassium", source.Read));
        source.Fails = false;

        Assert.Equal(2, (await Find(search, TestVault.Harbor, "potassium", source.Read)).Value.Count);
    }

    [Fact]
    public async Task A_closed_text_is_found_by_a_search_for_all_texts_only()
    {
        using var search = NewSearch();
        var source = new Source([
            new("m-1", "t-1", "Potassium is back"), new("n-1", "t-1", "Potassium: call her") { IsClosed = true },
            new("n-2", "t-2", "Potassium: closed, too") { IsClosed = true },
        ]);
        await search.Prepare(TestVault.Harbor, source.Read, Cancel);

        var (open, all) = (new TextQuery("potassium", openOnly: true), new TextQuery("potassium", openOnly: false));

        Assert.Equal(["m-1"], search.Search(TestVault.Harbor, open, 10).Value);
        Assert.Equal(["t-1"], search.Groups(TestVault.Harbor, open).Value);
        Assert.Empty(search.Search(TestVault.Harbor, new TextQuery("closed: potassium", openOnly: true), 10).Value);
        Assert.Equal(["n-2", "n-1", "m-1"], search.Search(TestVault.Harbor, all, 10).Value);
        Assert.Equal(["t-1", "t-2"], search.Groups(TestVault.Harbor, all).Value.Order(StringComparer.Ordinal));
        Assert.Equal(["n-1", "m-1"], search.Search(TestVault.Harbor, all, "t-1", 10).Value);
    }

    [Fact]
    public async Task Words_that_too_many_groups_have_are_refused()
    {
        using var search = NewSearch();
        var source = new Source(
            [.. Enumerable.Range(0, 10_001).Select(at => new SearchText($"m-{at}", $"t-{at}", at == 0 ? "one two" : "one"))]);
        await search.Prepare(TestVault.Harbor, source.Read, Cancel);

        Assert.Equal("search_too_broad", search.Groups(TestVault.Harbor, new TextQuery("one", openOnly: true)).Refusal?.Code);
        Assert.Equal(["t-0"], search.Groups(TestVault.Harbor, new TextQuery("one two", openOnly: true)).Value);
        search.Remove(TestVault.Harbor, "m-0");
        Assert.Equal(10_000, search.Groups(TestVault.Harbor, new TextQuery("one", openOnly: true)).Value.Count);
    }

    [Fact]
    public async Task A_search_that_lasts_holds_up_no_other_tenant_and_not_the_end_of_its_own_index()
    {
        using var search = NewSearch();
        await Find(search, TestVault.Harbor, "potassium", Three().Read);
        await Find(search, TestVault.Ridgeview, "potassium", Three().Read);
        using var done = new ManualResetEventSlim();
        var begun = new TaskCompletionSource();
        var lasting = Task.Run(() => Hold(TurnOf(search, TestVault.Harbor), begun, done), Cancel);
        await begun.Task;

        var storing = Task.Run(() => search.Put(TestVault.Harbor, new SearchText("m-4", "t-1", "Potassium")), Cancel);
        try
        {
            await InTime(async () =>
            {
                while (search.Texts(TestVault.Harbor) < 4) await Task.Delay(5);
                return true;
            });
            Assert.False(storing.IsCompleted);
            Assert.Equal(2, (await InTime(() => Find(search, TestVault.Ridgeview, "potassium", Three().Read))).Value.Count);
            await InTime(() => Task.FromResult(search.Bytes));
            await InTime(() =>
            {
                search.Forget(TestVault.Harbor);
                return Task.FromResult(true);
            });
        }
        finally
        {
            done.Set();
        }

        await Task.WhenAll(lasting, storing);
        Assert.Equal(2, (await Find(search, TestVault.Harbor, "potassium", Three().Read)).Value.Count);
    }

    /// <summary>What is blocked fails the test rather than to hold it up.</summary>
    private static Task<T> InTime<T>(Func<Task<T>> work) => Task.Run(work, Cancel).WaitAsync(TimeSpan.FromSeconds(20), Cancel);

    /// <summary>As a search in the index does while it lasts.</summary>
    private static void Hold(Lock turn, TaskCompletionSource begun, ManualResetEventSlim done)
    {
        lock (turn)
        {
            begun.SetResult();
            done.Wait();
        }
    }

    private static Lock TurnOf(SealedSearch search, TenantId tenant)
    {
        const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;
        var entry = ((IDictionary)search.GetType().GetField("entries", Hidden)!.GetValue(search)!)[tenant]!;
        var index = entry.GetType().GetProperty("Index", Hidden)!.GetValue(entry)!;
        return (Lock)index.GetType().GetField("turn", Hidden)!.GetValue(index)!;
    }

    private static async Task<Result<IReadOnlyList<string>>> Find(
        SealedSearch search, TenantId tenant, string words, Func<CancellationToken, IAsyncEnumerable<SearchText>> texts) =>
        await search.Prepare(tenant, texts, Cancel) is { } refusal
            ? refusal : search.Search(tenant, new TextQuery(words, openOnly: false), 10);

    private static SealedSearch NewSearch() => new(new VaultOptions(), new TestClock { MovesTimestamps = true });

    private static Source Three() => new(
        [new("m-1", "t-1", "Potassium is back"), new("m-2", "t-1", "The potassium level, please"), new("m-3", "t-1", "Evaluación de mañana")]);

    private sealed class Source(IReadOnlyList<SearchText> texts)
    {
        public int Readings { get; private set; }

        public bool Fails { get; set; }

        public TaskCompletionSource? Gate { get; init; }

        public TaskCompletionSource Begun { get; } = new();

        public async IAsyncEnumerable<SearchText> Read([EnumeratorCancellation] CancellationToken cancel)
        {
            Readings++;
            Begun.TrySetResult();
            if (Gate is not null) await Gate.Task.WaitAsync(cancel);
            if (Fails) throw new IOException("The texts cannot be read.");
            foreach (var text in texts) yield return text;
        }
    }
}
