using System.Text;
using Vagus.Kernel;
using Vagus.Storage.Searching;

namespace Vagus.Access.Vault.Searching;

/// <summary>
/// Full-text search over sealed content, in memory only: one index per tenant, made from opened content when it is first asked for, and
/// given up when memory is short. For tenants that have opted in; that is for the caller to know, and that a search is audited.
/// </summary>
public sealed class SealedSearch : IDisposable
{
    private const int MostGroups = 10_000;
    // For what is known of the indexes. Never held while an index is asked or changed: that waits for a search in it.
    private readonly Lock turn = new();
    private readonly Dictionary<TenantId, Entry> entries = [];
    private readonly VaultOptions options;
    private readonly TimeProvider clock;

    internal SealedSearch(VaultOptions options, TimeProvider clock) => (this.options, this.clock) = (options, clock);

    /// <summary>Bytes of text that the indexes were made of.</summary>
    public long Bytes
    {
        get
        {
            lock (turn) return entries.Values.Sum(entry => entry.Bytes);
        }
    }

    /// <summary>
    /// Makes the tenant's index where there is none, or waits for who makes it. Null once it can be searched; refused with
    /// <c>search_too_large</c> when the tenant's texts are more than the limit.
    /// </summary>
    /// <param name="tenant">Whose texts.</param>
    /// <param name="rebuild">Gives all texts of the tenant, oldest first, when there is no index yet.</param>
    /// <param name="cancel">Ends the wait; an index that others wait for is made all the same.</param>
    public async ValueTask<Refusal?> Prepare(
        TenantId tenant, Func<CancellationToken, IAsyncEnumerable<SearchText>> rebuild, CancellationToken cancel)
    {
        var entry = EntryOf(tenant);
        return await entry.Build(() => Fill(entry, rebuild), cancel);
    }

    /// <summary>How many texts are in the tenant's index, which is made or in the making; null without one.</summary>
    public long? Texts(TenantId tenant)
    {
        lock (turn) return entries.TryGetValue(tenant, out var entry) ? entry.Texts : null;
    }

    /// <summary>Ids of the tenant's texts that match, those that were put in last first. Refused where the index was given up.</summary>
    public Result<IReadOnlyList<string>> Search(TenantId tenant, TextQuery query, int limit) =>
        Ask(tenant, index => index.Search(query, limit));

    /// <summary>The same within one group of texts.</summary>
    public Result<IReadOnlyList<string>> Search(TenantId tenant, TextQuery query, string group, int limit) =>
        Ask(tenant, index => index.Search(query, group, limit));

    /// <summary>All groups with a text that matches; refused with <c>search_too_broad</c> where they are more than 10,000.</summary>
    public Result<IReadOnlyList<string>> Groups(TenantId tenant, TextQuery query)
    {
        var found = Ask(tenant, index => index.Groups(query, MostGroups + 1));
        return !found.IsRefused && found.Value.Count > MostGroups ? TooBroad : found;
    }

    /// <summary>A text that was stored. Does nothing for a tenant without an index: that is made from all texts later.</summary>
    public void Put(TenantId tenant, SearchText text)
    {
        if (Known(tenant) is not { } entry) return;
        lock (entry.Turn)
        {
            entry.Live?.Add(text.Id);
            Add(entry, text);
        }
    }

    /// <summary>A text that may not be found any more.</summary>
    public void Remove(TenantId tenant, string id)
    {
        if (Known(tenant) is not { } entry) return;
        lock (entry.Turn)
        {
            entry.Live?.Add(id);
            entry.Index.Remove(id);
        }
    }

    /// <summary>Ends the tenant's index: it opted out, or its texts have changed as a whole.</summary>
    public void Forget(TenantId tenant)
    {
        lock (turn)
        {
            if (entries.TryGetValue(tenant, out var entry)) GiveUp(tenant, entry);
        }
    }

    public void Dispose()
    {
        lock (turn)
        {
            foreach (var (tenant, entry) in entries.ToList()) GiveUp(tenant, entry);
        }
    }

    private Entry? Known(TenantId tenant)
    {
        lock (turn) return entries.TryGetValue(tenant, out var entry) && !entry.IsTooLarge ? entry : null;
    }

    private Result<IReadOnlyList<string>> Ask(TenantId tenant, Func<MemoryTextIndex, List<string>?> ask)
    {
        MemoryTextIndex index;
        lock (turn)
        {
            if (!entries.TryGetValue(tenant, out var entry)) return Ended;
            if (entry.IsTooLarge) return TooLarge;
            if (entry.Live is not null) return Ended;
            index = entry.Index;
        }

        // Null: given up by others in the meantime.
        return ask(index) is { } found ? found : Ended;
    }

    private Entry EntryOf(TenantId tenant)
    {
        lock (turn)
        {
            var now = clock.GetTimestamp();
            if (entries.TryGetValue(tenant, out var entry) && entry.IsTooLarge && clock.GetElapsedTime(entry.Used, now) > TooLargeFor)
            {
                GiveUp(tenant, entry);
                entry = null;
            }

            if (entry is null) entries.Add(tenant, entry = new Entry(tenant));
            if (!entry.IsTooLarge) entry.Used = now;
            return entry;
        }
    }

    private async Task<Refusal?> Fill(Entry entry, Func<CancellationToken, IAsyncEnumerable<SearchText>> rebuild)
    {
        try
        {
            await foreach (var text in rebuild(CancellationToken.None))
            {
                lock (entry.Turn)
                {
                    // What was put or removed since is newer than what is read here.
                    if (!entry.Live!.Contains(text.Id)) Add(entry, text);
                }

                if (StandOf(entry) is { } refusal) return refusal;
            }

            lock (entry.Turn)
            {
                lock (turn) entry.Live = null;
            }

            return null;
        }
        catch
        {
            Forget(entry.Tenant);
            throw;
        }
    }

    /// <summary>Within the turn of the entry.</summary>
    private void Add(Entry entry, SearchText text)
    {
        lock (turn)
        {
            if (entry.IsTooLarge || entries.GetValueOrDefault(entry.Tenant) != entry) return;
            entry.Bytes += Encoding.UTF8.GetByteCount(text.Body);
            if (entry.Bytes > Math.Min(options.SearchBytesPerTenant, options.SearchBytes))
            {
                // Remembered for a while, so that not every search reads all texts to find out.
                entry.IsTooLarge = true;
                entry.Bytes = 0;
                entry.Index.Dispose();
                return;
            }

            entry.Texts++;
            GiveUpUntilItFits(entry);
        }

        entry.Index.Put(text.Id, text.Group, text.Body, text.IsClosed);
    }

    /// <summary>Null while it is in use.</summary>
    private Refusal? StandOf(Entry entry)
    {
        lock (turn)
        {
            if (entries.GetValueOrDefault(entry.Tenant) != entry) return Ended;
            return entry.IsTooLarge ? TooLarge : null;
        }
    }

    private void GiveUpUntilItFits(Entry kept)
    {
        while (entries.Values.Sum(entry => entry.Bytes) > options.SearchBytes)
        {
            var oldest = entries.Values.Where(entry => entry != kept).MinBy(entry => entry.Used);
            if (oldest is null) return;
            GiveUp(oldest.Tenant, oldest);
        }
    }

    private void GiveUp(TenantId tenant, Entry entry)
    {
        entries.Remove(tenant);
        entry.Index.Dispose();
    }

    private static readonly TimeSpan TooLargeFor = TimeSpan.FromMinutes(10);

    private static readonly Refusal TooLarge = new(
        RefusalKind.Unprocessable, "search_too_large", "There are too many texts to search in. Narrow the search by other means.");

    private static readonly Refusal TooBroad = new(
        RefusalKind.Unprocessable, "search_too_broad", "Too many match. Search for longer or for more words.");

    private static readonly Refusal Ended = new(
        RefusalKind.Unavailable, "search_ended", "Memory was needed elsewhere while the search was prepared. Try again shortly.");

    private sealed class Entry(TenantId tenant)
    {
        private Lazy<Task<Refusal?>>? building;

        public TenantId Tenant => tenant;

        /// <summary>Changes of the index and of <see cref="Live"/>, one after the other. Taken before the turn of all indexes.</summary>
        public Lock Turn { get; } = new();

        /// <summary>There from the beginning: what is stored while the index is made goes into it.</summary>
        public MemoryTextIndex Index { get; } = new();

        /// <summary>Ids that were put or removed while the index is made; null once it is.</summary>
        public HashSet<string>? Live { get; set; } = new(StringComparer.Ordinal);

        public bool IsTooLarge { get; set; }

        public long Bytes { get; set; }

        /// <summary>Texts that were put in; those that were removed since count.</summary>
        public long Texts { get; set; }

        public long Used { get; set; }

        /// <summary>The first who asks builds, others wait for it.</summary>
        public Task<Refusal?> Build(Func<Task<Refusal?>> build, CancellationToken cancel)
        {
            var mine = new Lazy<Task<Refusal?>>(() => Task.Run(build, CancellationToken.None));
            return (Interlocked.CompareExchange(ref building, mine, null) ?? mine).Value.WaitAsync(cancel);
        }
    }
}

/// <summary>A text as a reader sees it, the id that is found, and the group that it belongs to.</summary>
public sealed record SearchText(string Id, string Group, string Body)
{
    /// <summary>Only searches of those who may see closed texts come across it.</summary>
    public bool IsClosed { get; init; }
}
