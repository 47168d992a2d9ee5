using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Writing;

namespace Vagus.Bus.Tests.Running;

/// <summary>In the place of the room that knows what events mean: appends each event once by its id, as its contract says.</summary>
internal sealed class FakeRoom(GroupCommit commit) : IAcceptEvents
{
    public static void Add(IServiceCollection services) =>
        services.AddSingleton<FakeRoom>().AddSingleton<IAcceptEvents>(provider => provider.GetRequiredService<FakeRoom>());

    private readonly ConcurrentDictionary<(TenantId, string), bool> known = new();

    public ConcurrentQueue<(Caller Caller, string Id)> Offered { get; } = new();

    /// <summary>What is answered instead; throws where a test wants a defect.</summary>
    public Func<CloudEvent, Refusal?> Answer { get; set; } = _ => null;

    public async ValueTask<Result<EventAcceptance>> Accept(Caller caller, ReadOnlyMemory<byte> cloudEvent, CancellationToken cancel)
    {
        var sent = CloudEvent.Read(cloudEvent).Event!;
        Offered.Enqueue((caller, sent.Id));
        if (Answer(sent) is { } refusal) return refusal;
        if (known.ContainsKey((caller.Tenant, sent.Id))) return EventAcceptance.Duplicate;
        var written = await commit.Write<long>(
            caller.Tenant, async (write, stop) => await write.Append(new NewEvent(sent.Id, sent.Type, sent.Data), stop), cancel);
        if (written.Refusal is { } unwritten) return unwritten;
        known[(caller.Tenant, sent.Id)] = true;
        return EventAcceptance.Accepted;
    }
}
