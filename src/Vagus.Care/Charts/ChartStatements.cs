using System.Collections.Concurrent;
using Vagus.Access.Authorization;
using Vagus.Access.Visibility;
using Vagus.Kernel;

namespace Vagus.Care.Charts;

/// <summary>
/// The statement of the whole chart, made once for all who reach alike: its text has a part for each kind and what each may see of it,
/// and making it costs as much as folding the rows.
/// </summary>
internal sealed class ChartStatements
{
    private const int Most = 512;
    private readonly ConcurrentDictionary<Key, FactStatement> made = new();

    public FactStatement Of(ChartView view)
    {
        // The text of those who are bound to patients names them, and that of a chart of then its position.
        if (view is not { Position: null, Reach: { IsOfRole: true, RoleRows.Patients: null } }) return ReadChart.Query(view).Prepare();
        if (made.Count >= Most) made.Clear();
        return made.GetOrAdd(
            new Key(view.Reach.Tenant, ReachKey.Of(view.Reach), view.Policy), static (_, asked) => ReadChart.Query(asked).Prepare(), view);
    }

    private sealed record Key(TenantId Tenant, ReachKey Reach, TenantPolicy Policy);
}
