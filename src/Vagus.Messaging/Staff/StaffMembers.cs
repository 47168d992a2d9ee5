using Vagus.Access.Authorization;
using Vagus.Access.Tenants;
using Vagus.Kernel;

namespace Vagus.Messaging.Staff;

/// <summary>Whom staff may name in what is theirs: in notes, and as those who take part in threads among them.</summary>
internal sealed class StaffMembers(IFindUsers accounts)
{
    /// <summary>So many take part in a thread among staff at most.</summary>
    public const int Most = 50;

    /// <summary>All of them are users who are staff now.</summary>
    public async ValueTask<bool> AreStaff(TenantId tenant, IReadOnlyList<string> users, CancellationToken cancel)
    {
        if (!users.All(ChosenId.IsFhirId)) return false;
        var named = users.Distinct(StringComparer.Ordinal).ToList();
        var found = await accounts.Known(tenant, named, cancel);
        return found.Count == named.Count && found.All(person => !person.IsDisabled && person.Role.IsStaff());
    }
}
