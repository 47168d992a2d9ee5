using System.Collections.Concurrent;
using Vagus.Kernel;
using Vagus.Storage.Log;

namespace Vagus.Storage.Consuming;

/// <summary>
/// What was last read of each tenant's log, so that thirty consumers of one commit read it once. Pages are forgotten at the next look over
/// all tenants.
/// </summary>
internal sealed class SharedPages(EventLog log, ConsumerOptions options)
{
    private readonly ConcurrentDictionary<TenantId, Shelf> shelves = new();

    /// <summary>Events after a position, in order; none only when the log has none.</summary>
    public async ValueTask<IReadOnlyList<LoggedEvent>> Read(TenantId tenant, long after, CancellationToken cancel)
    {
        var shelf = shelves.GetOrAdd(tenant, _ => new Shelf());
        await shelf.Turn.WaitAsync(cancel);
        try
        {
            if (shelf.After(after) is { Count: > 0 } kept) return kept;
            var page = await log.Read(tenant, after, options.EventsPerBatch, cancel);
            if (page.Count > 0) shelf.Page = page;
            return page;
        }
        finally
        {
            shelf.Turn.Release();
        }
    }

    public void Forget()
    {
        foreach (var shelf in shelves.Values) shelf.Page = [];
    }

    /// <summary>The last page of one tenant, and the turn of the one who reads.</summary>
    private sealed class Shelf
    {
        public SemaphoreSlim Turn { get; } = new(1);

        public List<LoggedEvent> Page { get; set; } = [];

        /// <summary>What of the page lies after a position; null where events between the two may be missing.</summary>
        public List<LoggedEvent>? After(long position)
        {
            var page = Page;
            if (page.Count == 0 || page[0].Position > position + 1) return null;
            return page.FindAll(@event => @event.Position > position);
        }
    }
}
