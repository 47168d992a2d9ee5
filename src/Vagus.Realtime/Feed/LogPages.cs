using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Log;

namespace Vagus.Realtime.Feed;

/// <summary>Reads one tenant's log in pages, for the tail and for those who catch up.</summary>
internal sealed class LogPages(TenantId tenant, EventLog log, ResourceVersions resources)
{
    public ValueTask<LogExtent> Extent(CancellationToken cancel) => log.Extent(tenant, cancel);

    /// <summary>The next events after a position, in order; fewer than asked for at the end of the log.</summary>
    /// <param name="after">The position to read on from.</param>
    /// <param name="limit">The most events.</param>
    /// <param name="withResources">Whether the contents that <c>resource.*</c> events speak of are read too.</param>
    /// <param name="cancel">Ends the reading.</param>
    public async ValueTask<List<FeedEvent>> Read(long after, int limit, bool withResources, CancellationToken cancel)
    {
        var page = await log.Read(tenant, after, limit, cancel);
        Dictionary<long, byte[]>? contents = null;
        if (withResources && page.Exists(each => each.Type.StartsWith(ResourceChange.Family, StringComparison.Ordinal)))
        {
            contents = await resources.Between(tenant, page[0].Position, page[^1].Position, cancel);
        }

        return page.ConvertAll(each => FeedEvent.Of(each, contents));
    }
}
