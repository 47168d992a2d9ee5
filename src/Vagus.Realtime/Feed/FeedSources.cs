using Microsoft.Extensions.Logging;
using Vagus.Storage.Log;

namespace Vagus.Realtime.Feed;

/// <summary>What a feed reads from.</summary>
internal sealed record FeedSources(
    EventLog Log, LogPages Pages, RealtimeOptions Options, RealtimeMetrics Metrics, TimeProvider Clock, ILogger<TenantFeed> Logger);
