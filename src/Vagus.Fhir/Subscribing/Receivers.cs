using System.Text.Json;
using Vagus.Kernel;

namespace Vagus.Fhir.Subscribing;

/// <summary>The ways to receivers that the server goes to, by the types of channels.</summary>
internal sealed class Receivers(IEnumerable<IReceiverChannel> channels)
{
    private readonly Dictionary<string, IReceiverChannel> byType =
        channels.SelectMany(channel => channel.Types.Select(type => (type, channel))).ToDictionary(StringComparer.Ordinal);

    /// <summary>Why there is no such way, or why it does not take the channel; null where it does.</summary>
    public Refusal? Refuse(string type, JsonElement channel, string endpoint) =>
        byType.TryGetValue(type, out var found) ? found.Refuse(type, channel, endpoint) : SubscriptionForm.NoSuchChannel;

    public ValueTask<HookAnswer> Send(TakenNotification taken, CancellationToken cancel) =>
        byType.TryGetValue(taken.Row.Plan.ChannelType, out var found)
            ? found.Send(taken, cancel) : throw new InvalidOperationException("A subscription is of a channel that this server does not have.");
}
