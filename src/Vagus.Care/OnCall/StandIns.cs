using Vagus.Access.Authorization;
using Vagus.Kernel;
using Vagus.Storage;

namespace Vagus.Care.OnCall;

/// <summary>The kernel's seam for rooms that hand over work of those who are away.</summary>
internal sealed class StandIns(Database database, IFindUsers users, WhoIsOnCall onCall) : IFindStandIns
{
    public async ValueTask<Absence?> Of(TenantId tenant, UserId user, DateTimeOffset at, CancellationToken cancel)
    {
        if (await users.Find(database, tenant, user, cancel) is not { } person) return new Absence(StandIn: null);
        var standIn = await onCall.StandIn(database, tenant, person, at, cancel);
        return standIn?.User == user ? null : new Absence(standIn?.User);
    }
}
