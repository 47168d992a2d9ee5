using NATS.Client.Core;
using NATS.Client.JetStream;
using Vagus.Events;

namespace Vagus.EndToEnd.Tests.Clustering;

/// <summary>What a tenant's stream of NATS holds, read from its beginning.</summary>
internal sealed class PublishedEvents : IAsyncDisposable
{
    private readonly NatsConnection connection;
    private readonly NatsJSContext jetStream;

    public PublishedEvents(string url)
    {
        connection = new NatsConnection(new NatsOpts { Url = url });
        jetStream = new NatsJSContext(connection);
    }

    /// <summary>0 where there is no stream yet, or NATS does not answer.</summary>
    public async Task<long> Count(string tenant)
    {
        try
        {
            return (await jetStream.GetStreamAsync($"VAGUS_{tenant}")).Info.State.Messages;
        }
        catch (NatsException)
        {
            return 0;
        }
    }

    public async Task<List<(long? Sequence, string Id)>> Events(string tenant)
    {
        var events = new List<(long?, string)>();
        var last = (await jetStream.GetStreamAsync($"VAGUS_{tenant}")).Info.State.LastSeq;
        var consumer = await jetStream.CreateOrderedConsumerAsync($"VAGUS_{tenant}");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await foreach (var message in consumer.ConsumeAsync<byte[]>(cancellationToken: limit.Token))
        {
            var told = CloudEvent.Read(message.Data).Event!;
            events.Add((told.Sequence, told.Id));
            if (message.Metadata!.Value.Sequence.Stream >= last) break;
        }

        return events;
    }

    public async ValueTask DisposeAsync() => await connection.DisposeAsync();
}
