using System.Collections.Concurrent;
using System.Globalization;
using Vagus.Access.KeyUpkeep;
using Vagus.Access.Vault.Searching;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Messaging.Threads;
using Vagus.Storage.Log;

namespace Vagus.Messaging.Searching;

/// <summary>
/// Keeps a tenant's texts in the index in memory. They are read as a whole when the index is made; before each search, and once a minute,
/// it follows the log: what was sent, noted, retitled or retracted. Where keys of threads were destroyed, or the log does not reach back,
/// the index is given up and made anew.
/// </summary>
internal sealed class SearchTexts(SealedSearch index, ReadTexts texts, EventLog log, DestroyedScopes destroyed, TimeProvider clock)
{
    private const int Page = 500;
    private const int Attempts = 3;

    /// <summary>How long a search waits for the index of its tenant.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<TenantId, Follower> followers = new();

    /// <summary>Null once the index has all that is committed; refused while it is made and where it cannot be.</summary>
    public async ValueTask<Refusal?> Follow(TenantId tenant, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            return await MakeCurrent(tenant, both.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Preparing(tenant);
        }
    }

    /// <summary>The same for who waits as long as it takes.</summary>
    public async ValueTask<Refusal?> MakeCurrent(TenantId tenant, CancellationToken cancel)
    {
        var follower = followers.GetOrAdd(tenant, _ => new Follower());
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await index.Prepare(tenant, token => All(tenant, follower, token), cancel) is { } refusal) return refusal;
            if (await CatchUp(tenant, follower, cancel)) return null;
        }

        return Preparing(tenant);
    }

    /// <summary>The tenant does not allow a search any more.</summary>
    public void Forget(TenantId tenant)
    {
        if (followers.TryRemove(tenant, out _)) index.Forget(tenant);
    }

    /// <summary>Tenants whose texts are or were in memory.</summary>
    public ICollection<TenantId> Followed => followers.Keys;

    private async IAsyncEnumerable<SearchText> All(
        TenantId tenant, Follower follower, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        // Before the texts: what is committed while they are read is followed afterwards.
        follower.Destroyed = await destroyed.Stamp(tenant, ThreadSeals.ScopeType, cancel);
        follower.Position = (await log.Extent(tenant, cancel)).Last;
        follower.Total = await texts.Count(tenant, cancel);
        await foreach (var text in texts.All(tenant, cancel)) yield return text;
    }

    /// <summary>False where the index was given up.</summary>
    private async ValueTask<bool> CatchUp(TenantId tenant, Follower follower, CancellationToken cancel)
    {
        // One after the other: an older state of a text must not overtake a newer one.
        await follower.Turn.WaitAsync(cancel);
        try
        {
            var extent = await log.Extent(tenant, cancel);
            if (!extent.Holds(follower.Position) || follower.Destroyed != await destroyed.Stamp(tenant, ThreadSeals.ScopeType, cancel))
            {
                index.Forget(tenant);
                return false;
            }

            while (follower.Position < extent.Last)
            {
                var events = await log.Read(tenant, follower.Position, Page, cancel);
                if (events.Count == 0) break;
                await Apply(tenant, events, cancel);
                follower.Position = events[^1].Position;
            }

            return true;
        }
        finally
        {
            follower.Turn.Release();
        }
    }

    /// <summary>Events name what has changed; what it is now is read.</summary>
    private async ValueTask Apply(TenantId tenant, List<LoggedEvent> events, CancellationToken cancel)
    {
        HashSet<string> messages = [], notes = [], threads = [];
        foreach (var each in events.Where(each => IsFollowed(each.Type)))
        {
            switch (EventCatalogue.TryDeserialize(each.Type, each.Body))
            {
                case MessageSent sent: messages.Add(sent.MessageId); break;
                case MessageRetracted retracted: messages.Add(retracted.MessageId); break;
                case NoteAdded note: notes.Add(note.NoteId); break;
                case ThreadCreated created: threads.Add(created.ThreadId); break;
                case ThreadUpdated updated when updated.Changed.Contains("subject"): threads.Add(updated.ThreadId); break;
            }
        }

        foreach (var (id, text) in await texts.Of(tenant, messages, notes, threads, cancel))
        {
            if (text is null) index.Remove(tenant, id);
            else index.Put(tenant, text);
        }
    }

    private static bool IsFollowed(string type) => type.StartsWith("message.", StringComparison.Ordinal)
        || type.StartsWith("thread.", StringComparison.Ordinal) || type.StartsWith("note.", StringComparison.Ordinal);

    private Refusal Preparing(TenantId tenant)
    {
        var (done, total) = (index.Texts(tenant) ?? 0, followers.TryGetValue(tenant, out var follower) ? follower.Total : 0);
        return new Refusal(RefusalKind.Unavailable, "search_preparing", "The texts are being prepared for the search. Try again shortly.")
        {
            // No numbers of texts: a caller must not learn how many there are that it does not see.
            Details = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["percent"] = (total == 0 ? 0 : Math.Min(99, 100 * done / total)).ToString(CultureInfo.InvariantCulture),
            },
        };
    }

    private sealed class Follower
    {
        public SemaphoreSlim Turn { get; } = new(1, 1);

        /// <summary>The log is in the index up to here.</summary>
        public long Position { get; set; }

        public DestroyedStamp? Destroyed { get; set; }

        /// <summary>Texts that there were when the index was begun.</summary>
        public long Total { get; set; }
    }
}
