using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Audit;
using Vagus.Access.Audit.Anchors;
using Vagus.Access.Audit.Checkpoints;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Access.Tests.Audit.Proving;

/// <summary>A database with an audit log whose checkpoints and anchors are made when a test says so.</summary>
internal sealed class ProvedLog : IAsyncDisposable
{
    public static readonly TenantId North = new("north");
    private int appended;

    private ProvedLog(TestStorage storage, AnchorFolder anchors) => (Storage, Anchors) = (storage, anchors);

    public TestStorage Storage { get; }

    public AnchorFolder Anchors { get; }

    /// <summary>Entries that were appended, in all logs.</summary>
    public int Size => appended;

    public static async Task<ProvedLog> Create(Engine engine, TimeProvider? clock = null, Func<AnchorOptions, AnchorOptions>? change = null)
    {
        var anchors = new AnchorFolder();
        var options = new AnchorOptions { Folder = anchors.Path };
        var access = new AccessOptions
        {
            RootKey = Convert.ToBase64String(new byte[32]),
            Anchors = change is null ? options : change(options),
        };
        return new ProvedLog(await TestStorage.Create(engine, clock, services => services.AddAccess(access)), anchors);
    }

    public async Task Append(int count, TenantId? tenant = null)
    {
        var entries = Enumerable.Range(0, count).Select(_ => new AuditEntry("read") { On = $"Patient/p{appended++}" });
        foreach (var chunk in entries.Chunk(500))
            await Task.WhenAll(chunk.Select(async entry => Assert.Null(await Storage.Get<AuditTrail>().Append(tenant ?? North, entry))));

        // The attacker works on the file: asking for the log puts into it what its journal holds.
        await StoredLog.Read(Storage.Database, tenant ?? North);
    }

    public async Task Sign() => await Storage.Get<SignCheckpoints>().SignGrown(CancellationToken.None);

    /// <summary>Signs and anchors; false where a sink failed.</summary>
    public async Task<bool> Anchor()
    {
        await Sign();
        return await Storage.Get<AnchorRound>().Run(CancellationToken.None);
    }

    public async Task<CheckpointKey> Key() => await Storage.Get<CheckpointKeys>().Active(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Storage.DisposeAsync();
        Anchors.Dispose();
    }
}
