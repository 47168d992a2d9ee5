using System.Text.Json;
using Vagus.Kernel;

namespace Vagus.Fhir.Subscribing;

/// <summary>
/// A way to receivers that the server goes to, registered once for each. What is sent when, claims, order, numbers, retries, rights and the
/// audit lie before it.
/// </summary>
internal interface IReceiverChannel
{
    /// <summary>The types of channels that go this way: the codes of <c>Subscription.channel.type</c>.</summary>
    IReadOnlyList<string> Types { get; }

    /// <summary>Why a channel cannot be, as it stands in the resource; null where it can. No I/O.</summary>
    /// <param name="type">Its type, one of <see cref="Types"/>.</param>
    /// <param name="channel">The element of the resource.</param>
    /// <param name="endpoint">Its endpoint; empty where it has none.</param>
    Refusal? Refuse(string type, JsonElement channel, string endpoint);

    /// <summary>One notification to one receiver, within the time of one attempt. It throws for no fault of the receiver's.</summary>
    ValueTask<HookAnswer> Send(TakenNotification taken, CancellationToken cancel);
}
