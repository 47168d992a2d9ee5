using Vagus.Fhir.Store;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Writing;

/// <summary>The row of a resource and those of its versions.</summary>
internal static class ResourceRows
{
    public static void Add(WriteTransaction write, StoredResource row, bool sensitive, bool released) => write.Insert(
        Resources, write.Tenant.Value, row.Type, row.Id, row.Rid, row.Version, row.Position, row.UpdatedAt.ToMicroseconds(), false,
        sensitive, released);

    public static void AddVersion(WriteTransaction write, StoredResource row, bool sensitive, bool released) => write.Insert(
        Versions, write.Tenant.Value, row.Rid, row.Version, row.Position, row.UpdatedAt.ToMicroseconds(), row.Interaction, sensitive,
        released, row.Body);

    /// <summary>Makes this the current version.</summary>
    public static ValueTask Move(WriteTransaction write, StoredResource row, bool sensitive, bool released, CancellationToken cancel) =>
        write.Queue(
            MoveTo,
            [row.Version, row.Position, row.UpdatedAt.ToMicroseconds(), false, sensitive, released, write.Tenant.Value, row.Rid],
            cancel);

    public static ValueTask MarkDeleted(WriteTransaction write, StoredResource row, CancellationToken cancel) => write.Queue(
        SetDeleted, [row.Version, row.Position, row.UpdatedAt.ToMicroseconds(), write.Tenant.Value, row.Rid], cancel);

    private static readonly InsertInto Resources = new(
        "fhir_resource",
        ("tenant_id", ColumnType.Text),
        ("type", ColumnType.Text),
        ("id", ColumnType.Text),
        ("rid", ColumnType.BigInt),
        ("version", ColumnType.BigInt),
        ("position", ColumnType.BigInt),
        ("updated_at", ColumnType.BigInt),
        ("deleted", ColumnType.Boolean),
        ("sensitive", ColumnType.Boolean),
        ("released", ColumnType.Boolean));

    private static readonly InsertInto Versions = new(
        "fhir_version",
        ("tenant_id", ColumnType.Text),
        ("rid", ColumnType.BigInt),
        ("version", ColumnType.BigInt),
        ("position", ColumnType.BigInt),
        ("updated_at", ColumnType.BigInt),
        ("interaction", ColumnType.Text),
        ("sensitive", ColumnType.Boolean),
        ("released", ColumnType.Boolean),
        ("body", ColumnType.Bytes));

    private static readonly Statement MoveTo = new("""
        update fhir_resource
        set version = @version, position = @position, updated_at = @updated_at, deleted = @deleted,
          sensitive = @sensitive, released = @released
        where tenant_id = @tenant_id
          and rid = @rid
        """);

    private static readonly Statement SetDeleted = new("""
        update fhir_resource
        set version = @version, position = @position, updated_at = @updated_at, deleted = true
        where tenant_id = @tenant_id
          and rid = @rid
        """);
}
