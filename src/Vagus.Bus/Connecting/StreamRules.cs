using System.Globalization;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Vagus.Kernel;

namespace Vagus.Bus.Connecting;

/// <summary>
/// The configuration of our streams, and the check that they have it. A stream is made where it is missing. The configuration that the
/// server tells is compared with the one that was asked for: an older server ignores fields that it does not know, and a stream may be
/// another's. Nothing is changed or deleted.
/// </summary>
internal static class StreamRules
{
    private const int NotFound = 404;
    private const int MostPending = 256;

    /// <summary>
    /// Events of a tenant. Neither a single event nor all can be taken out by hand, so that the position in the last message can be
    /// believed. An operator who wants the stream empty deletes it, and it is filled from the log.
    /// </summary>
    public static StreamConfig Events(TenantId tenant, BusLimits limits) => new(
        Subjects.EventStream(tenant), [Subjects.Events(tenant)])
    {
        Retention = StreamConfigRetention.Limits,
        Discard = StreamConfigDiscard.Old,
        Storage = StreamConfigStorage.File,
        NumReplicas = limits.Replicas,
        MaxAge = limits.Keep,
        MaxBytes = limits.StreamBytes,
        DuplicateWindow = limits.DedupeWindow,
        DenyDelete = true,
        DenyPurge = true,
    };

    /// <summary>Events on their way in. A message leaves the stream when it is acknowledged: a full stream refuses the sender.</summary>
    public static StreamConfig Intake(TenantId tenant, BusLimits limits) => new(
        Subjects.IntakeStream(tenant), [Subjects.Intake(tenant)])
    {
        Retention = StreamConfigRetention.Workqueue,
        Discard = StreamConfigDiscard.New,
        Storage = StreamConfigStorage.File,
        NumReplicas = limits.Replicas,
        MaxBytes = limits.IntakeBytes,
        DuplicateWindow = limits.DedupeWindow,
    };

    public static StreamConfig Dead(TenantId tenant, BusLimits limits) => new(
        Subjects.DeadStream(tenant), [Subjects.Dead(tenant)])
    {
        Retention = StreamConfigRetention.Limits,
        Discard = StreamConfigDiscard.Old,
        Storage = StreamConfigStorage.File,
        NumReplicas = limits.Replicas,
        MaxAge = limits.KeepDead,
        MaxBytes = limits.DeadBytes,
        DuplicateWindow = limits.DedupeWindow,
    };

    /// <summary>The stream as it is, made where it is missing.</summary>
    public static async ValueTask<StreamInfo> Ensure(NatsJSContext jetStream, StreamConfig wanted, CancellationToken cancel)
    {
        var info = await Find(jetStream, wanted.Name!, cancel) ?? (await jetStream.CreateStreamAsync(wanted, cancel)).Info;
        var differences = Differences(wanted, info.Config);
        return differences.Count == 0 ? info : throw new StreamRefusedException(wanted.Name!, differences);
    }

    /// <summary>
    /// A reader's consumer: durable, pulled, acknowledged one by one. One that delivers to a subject by itself is another's and is refused.
    /// </summary>
    public static async ValueTask EnsureReader(NatsJSContext jetStream, string stream, string name, CancellationToken cancel)
    {
        try
        {
            var known = await jetStream.GetConsumerAsync(stream, name, cancel);
            if (known.Info.Config.DeliverSubject is not null)
                throw new StreamRefusedException(stream, [$"its consumer {name} delivers to a subject and is not pulled"]);
        }
        catch (NatsJSApiException none) when (none.Error.Code == NotFound)
        {
            var wanted = new ConsumerConfig(name) { AckPolicy = ConsumerConfigAckPolicy.Explicit, MaxAckPending = MostPending };
            await jetStream.CreateOrUpdateConsumerAsync(stream, wanted, cancel);
        }
    }

    /// <summary>Null where there is none.</summary>
    public static async ValueTask<StreamInfo?> Find(NatsJSContext jetStream, string name, CancellationToken cancel)
    {
        try
        {
            return (await jetStream.GetStreamAsync(name, request: null, cancel)).Info;
        }
        catch (NatsJSApiException none) when (none.Error.Code == NotFound)
        {
            return null;
        }
    }

    /// <summary>The fields that differ: <c>replicas is 1 and not 3</c>.</summary>
    internal static IReadOnlyList<string> Differences(StreamConfig wanted, StreamConfig real)
    {
        var found = new List<string>();
        Compare("subjects", string.Join(' ', wanted.Subjects ?? []), string.Join(' ', real.Subjects ?? []));
        Compare("retention", wanted.Retention, real.Retention);
        Compare("discard", wanted.Discard, real.Discard);
        Compare("storage", wanted.Storage, real.Storage);
        Compare("replicas", Math.Max(1, wanted.NumReplicas), Math.Max(1, real.NumReplicas));
        Compare("max age", wanted.MaxAge, real.MaxAge);
        Compare("max bytes", Limit(wanted.MaxBytes), Limit(real.MaxBytes));
        Compare("max messages", Limit(wanted.MaxMsgs), Limit(real.MaxMsgs));
        Compare("max messages per subject", Limit(wanted.MaxMsgsPerSubject), Limit(real.MaxMsgsPerSubject));
        Compare("max message size", Limit(wanted.MaxMsgSize), Limit(real.MaxMsgSize));
        Compare("duplicate window", wanted.DuplicateWindow, real.DuplicateWindow);
        Compare("deny delete", wanted.DenyDelete, real.DenyDelete);
        Compare("deny purge", wanted.DenyPurge, real.DenyPurge);
        Compare("no ack", expected: false, real.NoAck);
        Compare("sealed", expected: false, real.Sealed);
        Compare("mirror or sources", expected: false, real.Mirror is not null || real.Sources is { Count: > 0 });
        return found;

        void Compare<T>(string name, T expected, T actual)
        {
            if (EqualityComparer<T>.Default.Equals(expected, actual)) return;
            found.Add(string.Create(CultureInfo.InvariantCulture, $"{name} is {actual} and not {expected}"));
        }
    }

    // "No limit" is 0 in a request and -1 in an answer.
    private static long Limit(long value) => Math.Max(0, value);
}

/// <summary>A stream is not as the settings say. The message is for the operator: it names the stream and what differs.</summary>
internal sealed class StreamRefusedException(string stream, IReadOnlyList<string> differences) : Exception(
    $"the stream {stream} of NATS is not as the settings say: {string.Join(", ", differences)}. "
    + "Change the stream (nats stream edit) or the setting.");
