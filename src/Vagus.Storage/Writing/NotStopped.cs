namespace Vagus.Storage.Writing;

/// <summary>
/// What a duty over the rows of all tenants asks of each row: that this database takes writes of its tenant. A write of a stopped or moved
/// tenant is refused and its row stays due: as many of them as a turn takes would keep every other tenant waiting.
/// </summary>
public static class NotStopped
{
    /// <summary>The code of the refusal of a tenant's writes that another installation serves: they are never taken here again.</summary>
    public const string MovedCode = "tenant_moved";

    /// <summary>The code of the refusal while a tenant is on its way to another database, or back.</summary>
    public const string StoppedCode = "tenant_stopped";

    /// <summary>A condition; with several tables the name of the row's table is written before it: <c>h.{NotStopped.Sql}</c>.</summary>
    public static string Sql { get; } = "tenant_id not in (select tenant_id from tenant_stop)";
}
