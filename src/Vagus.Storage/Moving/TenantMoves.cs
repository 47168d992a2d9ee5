using Vagus.Kernel;
using Vagus.Storage.Writing;
using Vagus.Storage.Writing.Journal;

namespace Vagus.Storage.Moving;

/// <summary>The moves of tenants from and to this installation; the operator's commands begin with it.</summary>
public sealed class TenantMoves
{
    private readonly MovePlace here;
    private readonly GroupCommit commit;
    private readonly AdoptJournals ended;
    private readonly JournalFolder journals;
    private readonly TimeProvider clock;

    internal TenantMoves(MovePlace here, GroupCommit commit, AdoptJournals ended, JournalFolder journals, TimeProvider clock) =>
        (this.here, this.commit, this.ended, this.journals, this.clock) = (here, commit, ended, journals, clock);

    /// <summary>Both installations have one store of files: contents need not be copied. The id is a new one.</summary>
    public ValueTask<bool> SharesFiles(MovePlace there, string id, CancellationToken cancel) =>
        MoveMarks.ShareFiles(here, there, id, cancel);

    public async ValueTask<MoveTenant> To(MovePlace there, CancellationToken cancel)
    {
        await ended.Now(cancel);
        return new MoveTenant(here, there, commit, journals, clock);
    }

    /// <summary>Removes what a tenant has left here.</summary>
    public ClearTenant Leftovers() => new(here, clock);

    /// <summary>Gives up a move to that installation.</summary>
    public Task GiveUp(TenantId tenant, MovePlace there, CancellationToken cancel) =>
        new ClearTenant(there, clock).GiveUp(tenant, here, cancel);

    /// <summary>The tenants that are on their way, or are served elsewhere: who, how far, and at which address.</summary>
    public async ValueTask<List<(string Tenant, string State, string Address)>> List(CancellationToken cancel) =>
        await here.Facts.Write(
            async session => (await StopRows.All(session, cancel)).ConvertAll(stop => (stop.Tenant, stop.State, stop.Place)),
            alone: false, cancel);
}
