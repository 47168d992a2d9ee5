using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Storage.Migrations;

/// <summary>The transaction in which one part of a migration moves.</summary>
public sealed class MigrationPart
{
    private readonly List<WriteTransaction> writes = [];
    private readonly DateTimeOffset at;

    internal MigrationPart(SqlSession session, DateTimeOffset at) => (Session, this.at) = (session, at);

    public SqlSession Session { get; }

    /// <summary>Writes rows of a tenant; they are sent when the part ends.</summary>
    public WriteTransaction Write(TenantId tenant)
    {
        var group = new WriteGroup(Session, oneByOne: true, leafLog: null, folding: [], TenantStops.None);
        var write = new WriteTransaction(group, tenant, at, amongOthers: false);
        writes.Add(write);
        return write;
    }

    internal async ValueTask Complete(CancellationToken cancel)
    {
        foreach (var write in writes) await write.Complete(cancel);
    }
}
