using System.Text;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Vagus.Bus.Connecting;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Testing;

namespace Vagus.Bus.Tests.Running;

/// <summary>A client of NATS that reads streams from their beginning and publishes, over a connection of its own.</summary>
internal sealed class Subscriber : IAsyncDisposable
{
    private readonly NatsConnection connection;
    private readonly NatsJSContext jetStream;

    public Subscriber(NatsServer nats, NatsAuthOpts? user = null, string inbox = "_INBOX", string api = "$JS.API")
        : this(nats.Url, user, inbox, api: api)
    {
    }

    public Subscriber(
        string url, NatsAuthOpts? user = null, string inbox = "_INBOX", NatsTlsOpts? tls = null, string api = "$JS.API")
    {
        connection = new NatsConnection(new NatsOpts
        {
            Url = url, AuthOpts = user ?? new NatsAuthOpts(), InboxPrefix = inbox, TlsOpts = tls ?? new NatsTlsOpts(),
            RequestTimeout = TimeSpan.FromSeconds(3),
            ReconnectWaitMin = TimeSpan.FromMilliseconds(50),
        });
        jetStream = new NatsJSContext(connection, new NatsJSOpts(connection.Opts, apiPrefix: api));
    }

    public NatsConnection Connection => connection;

    public NatsJSContext JetStream => jetStream;

    /// <summary>All messages of the tenant's stream in their order; none where there is no stream yet.</summary>
    public Task<List<Stored>> Messages(TenantId tenant) => Read(Subjects.EventStream(tenant));

    /// <summary>How many messages the tenant's stream holds; 0 also while NATS does not answer.</summary>
    public async Task<long> Count(TenantId tenant)
    {
        try
        {
            return (await StreamRules.Find(jetStream, Subjects.EventStream(tenant), CancellationToken.None))?.State.Messages ?? 0;
        }
        catch (NatsException)
        {
            return 0;
        }
    }

    /// <summary>Waits for the events 1 to <paramref name="last"/>, and demands that each stands in the stream once and in order.</summary>
    public async Task HasAll(TenantId tenant, int last)
    {
        await Condition.Becomes(async () => await Count(tenant) >= last, $"{last} events of {tenant} are published");
        Assert.Equal(Node.Ids(1, last), await Ids(tenant));
    }

    public Task<List<Stored>> DeadLetters(TenantId tenant) => Read(Subjects.DeadStream(tenant));

    /// <summary>The events of the tenant's stream.</summary>
    public async Task<List<CloudEvent>> Events(TenantId tenant) =>
    [
        .. (await Messages(tenant)).Select(message =>
            CloudEvent.Read(message.Data).Event ?? throw new InvalidDataException(message.Subject)),
    ];

    public async Task<List<string>> Ids(TenantId tenant) => [.. (await Events(tenant)).Select(each => each.Id)];

    /// <summary>As a sender does; the acknowledgement is NATS'.</summary>
    public async Task<PubAckResponse> Send(string subject, byte[] data)
    {
        var answer = await jetStream.PublishAsync(subject, data, NatsRawSerializer<byte[]>.Default);
        answer.EnsureSuccess();
        return answer;
    }

    public async ValueTask DisposeAsync() => await connection.DisposeAsync();

    /// <summary>One by one by their numbers: a consumer would be one more thing that can stand still.</summary>
    private async Task<List<Stored>> Read(string name)
    {
        var messages = new List<Stored>();
        if (await StreamRules.Find(jetStream, name, CancellationToken.None) is not { State.Messages: > 0 } info) return messages;
        var stream = await jetStream.GetStreamAsync(name);
        for (var sequence = info.State.FirstSeq; sequence <= info.State.LastSeq; sequence++)
            messages.Add(await Message(stream, sequence));
        return messages;
    }

    /// <summary>A busy server sometimes says that there is none, a moment after it has acknowledged it.</summary>
    private static async Task<Stored> Message(INatsJSStream stream, ulong sequence)
    {
        Stored? found = null;
        await Condition.Becomes(
            async () =>
            {
                try
                {
                    found = Stored.Of((await stream.GetAsync(new StreamMsgGetRequest { Seq = sequence })).Message);
                    return true;
                }
                catch (NatsJSApiException none) when (none.Error.Code == 404)
                {
                    return false;
                }
            },
            $"message {sequence} of {stream.Info.Config.Name} can be read");
        return found!;
    }
}

/// <summary>A message as a stream keeps it.</summary>
internal sealed record Stored(string Subject, IReadOnlyDictionary<string, string> Headers, byte[] Data, DateTimeOffset At)
{
    public static Stored Of(StoredMessage message) => new(
        message.Subject, HeadersOf(message.Hdrs).ToDictionary(StringComparer.OrdinalIgnoreCase), message.Data.ToArray(), message.Time);

    private static IEnumerable<KeyValuePair<string, string>> HeadersOf(string? encoded)
    {
        foreach (var line in Encoding.ASCII.GetString(Convert.FromBase64String(encoded ?? "")).Split("\r\n"))
        {
            if (line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
                yield return new(line[..colon], line[(colon + 1)..].Trim());
        }
    }
}
