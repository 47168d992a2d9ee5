using Vagus.Fhir.Store.Index;
using Vagus.Kernel;
using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Store;

/// <summary>
/// Moves resources with their index rows from the tables before step 208 into those of it. A part is some resources of one tenant, in the
/// order of their creation; what has been moved is gone from <c>old_fhir_resource</c>, so that a process that was killed goes on where its
/// last part was committed.
/// </summary>
internal static class MoveResources
{
    private const long ResourcesPerPart = 1000;

    public static async ValueTask<long> Part(MigrationPart part, CancellationToken cancel)
    {
        var next = await part.Session.Query(Next, [ResourcesPerPart], Resource.Map, cancel);
        if (next.Count == 0) return 0;
        // Rows of the next tenant wait for their own part.
        List<Resource> resources = [.. next.TakeWhile(row => row.Tenant == next[0].Tenant)];
        var write = part.Write(new TenantId(next[0].Tenant));
        var index = await OldIndex.Read(write, resources[0].Rid, resources[^1].Rid, cancel);
        foreach (var resource in resources) await Move(write, resource, index, cancel);
        await write.Queue(Moved, [write.Tenant.Value, resources[^1].Rid], cancel);
        return resources.Count;
    }

    private static async ValueTask Move(WriteTransaction write, Resource resource, OldIndex index, CancellationToken cancel)
    {
        var type = await Names.NumberOf(write, NameKind.Type, resource.Type, cancel);
        var entries = await index.EntriesOf(write, resource.Rid, cancel);
        var compartments = new CompartmentList([.. index.Compartments[resource.Rid]]);
        var kept = await IndexRows.Move(write, resource.Rid, compartments, entries, cancel);
        write.Insert(
            Rows, type, resource.Rid, resource.Id, resource.Version, resource.Position, resource.UpdatedAt, resource.Deleted,
            resource.Sensitive, resource.Released, compartments.ToString(), index.PartiesOf(resource.Type, resource.Rid), kept.Parameters,
            kept.Keys);
    }

    // The columns of step 208, whatever later steps add.
    private static readonly InsertInto Rows = new(
        "fhir_resource",
        ("type_number", ColumnType.BigInt),
        ("rid", ColumnType.BigInt),
        ("id", ColumnType.Text),
        ("version", ColumnType.BigInt),
        ("position", ColumnType.BigInt),
        ("updated_at", ColumnType.BigInt),
        ("deleted", ColumnType.Boolean),
        ("sensitive", ColumnType.Boolean),
        ("released", ColumnType.Boolean),
        ("compartments", ColumnType.Text),
        ("parties", ColumnType.Text),
        ("params", ColumnType.Text),
        ("index_keys", ColumnType.Bytes));

    private static readonly Statement Next = new("""
        select tenant_id, type, id, rid, version, position, updated_at, deleted, sensitive, released
        from old_fhir_resource
        order by tenant_id, rid
        limit @limit
        """);

    private static readonly Statement Moved = new("""
        delete from old_fhir_resource
        where tenant_id = @tenant_id
          and rid <= @rid
        """);

    private sealed record Resource
    {
        public required string Tenant { get; init; }

        public required string Type { get; init; }

        public required string Id { get; init; }

        public required long Rid { get; init; }

        public required long Version { get; init; }

        public required long Position { get; init; }

        public required long UpdatedAt { get; init; }

        public required bool Deleted { get; init; }

        public required bool Sensitive { get; init; }

        public required bool Released { get; init; }

        public static Resource Map(System.Data.Common.DbDataReader row) => new()
        {
            Tenant = row.GetString(0),
            Type = row.GetString(1),
            Id = row.GetString(2),
            Rid = row.GetInt64(3),
            Version = row.GetInt64(4),
            Position = row.GetInt64(5),
            UpdatedAt = row.GetInt64(6),
            Deleted = row.GetBoolean(7),
            Sensitive = row.GetBoolean(8),
            Released = row.GetBoolean(9),
        };
    }
}
