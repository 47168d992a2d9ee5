using Microsoft.Extensions.Logging;
using Vagus.Fhir.Store;
using Vagus.Storage.Log;

namespace Vagus.Realtime.Feed;

/// <summary>What a feed reads from.</summary>
internal sealed record FeedSources(EventLog Log, ResourceVersions Resources, RealtimeOptions Options, TimeProvider Clock, ILogger<TenantFeed> Logger);
