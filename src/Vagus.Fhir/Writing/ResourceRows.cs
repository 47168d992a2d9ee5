using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Writing;

/// <summary>
/// The row of a resource, those of its versions, and all that it is found by, changed together. The resource's row keeps the keys of its
/// index rows, so that the next change needs no index by resource.
/// </summary>
internal static class ResourceRows
{
    /// <param name="write">The write.</param>
    /// <param name="row">The version.</param>
    /// <param name="labels">Its labels.</param>
    /// <param name="released">Whether its patient may see it.</param>
    /// <param name="cameBy">The address by which its references are read beside the configured ones; null: none.</param>
    public static void AddVersion(
        WriteTransaction write, StoredResource row, Sensitivity labels, bool released, string? cameBy) => write.Insert(
        Versions, write.Tenant.Value, row.Rid, row.Version, row.Position, row.UpdatedAt.ToMicroseconds(), row.Interaction,
        labels != Sensitivity.None, (long)labels, released, row.Body, cameBy);

    public static async ValueTask Create(
        WriteTransaction write, StoredResource row, PreparedResource resource, CancellationToken cancel)
    {
        var type = await Names.NumberOf(write, NameKind.Type, row.Type, cancel);
        var compartments = CompartmentList.Empty.Next(resource.Patients, row.Version, wasDeleted: false);
        var index = await IndexRows.Replace(write, row.Rid, before: null, resource, cancel);
        await IndexRows.Move(write, row.Rid, CompartmentList.Empty, compartments, cancel);
        write.Insert(
            Resources, type, row.Rid, row.Id, row.Version, row.Position, row.UpdatedAt.ToMicroseconds(), false,
            resource.Labels != Sensitivity.None, (long)resource.Labels, resource.Released, compartments.ToString(),
            TaskParties.ListOf(resource), index.Parameters, index.Keys);
    }

    /// <summary>Makes this the current version.</summary>
    public static async ValueTask Replace(
        WriteTransaction write, CurrentRow current, StoredResource row, PreparedResource resource, CancellationToken cancel)
    {
        var type = await Names.NumberOf(write, NameKind.Type, row.Type, cancel);
        var compartments = current.Compartments.Next(resource.Patients, row.Version, current.Deleted);
        var index = await IndexRows.Replace(write, row.Rid, current.Keys, resource, cancel);
        await IndexRows.Move(write, row.Rid, current.Compartments, compartments, cancel);
        write.Insert(LaterVersions, type, row.Position, row.Rid, row.Version);
        await write.Queue(
            ReplaceOne,
            [
                row.Version, row.Position, row.UpdatedAt.ToMicroseconds(), resource.Labels != Sensitivity.None, (long)resource.Labels,
                resource.Released, compartments.ToString(), TaskParties.ListOf(resource), index.Parameters, index.Keys, type, row.Rid,
            ],
            cancel);
    }

    /// <summary>The compartments and the parties stay: who could see the resource may see that it is gone.</summary>
    public static async ValueTask Delete(WriteTransaction write, CurrentRow current, StoredResource row, CancellationToken cancel)
    {
        var type = await Names.NumberOf(write, NameKind.Type, row.Type, cancel);
        var index = await IndexRows.Delete(write, row.Rid, current.Keys, cancel);
        write.Insert(LaterVersions, type, row.Position, row.Rid, row.Version);
        await write.Queue(
            DeleteOne, [row.Version, row.Position, row.UpdatedAt.ToMicroseconds(), index.Parameters, index.Keys, type, row.Rid], cancel);
    }

    /// <summary>The versions stay in the history, as deleted ones do.</summary>
    public static async ValueTask ForgetContents(WriteTransaction write, CurrentRow current, CancellationToken cancel) =>
        await write.Execute(Forget, [write.Tenant.Value, current.Rid], cancel);

    private static readonly InsertInto Resources = new(
        "fhir_resource",
        ("type_number", ColumnType.BigInt),
        ("rid", ColumnType.BigInt),
        ("id", ColumnType.Text),
        ("version", ColumnType.BigInt),
        ("position", ColumnType.BigInt),
        ("updated_at", ColumnType.BigInt),
        ("deleted", ColumnType.Boolean),
        ("sensitive", ColumnType.Boolean),
        ("labels", ColumnType.BigInt),
        ("released", ColumnType.Boolean),
        ("compartments", ColumnType.Text),
        ("parties", ColumnType.Text),
        ("params", ColumnType.Text),
        ("index_keys", ColumnType.Bytes));

    private static readonly InsertInto Versions = new(
        "fhir_version",
        ("tenant_id", ColumnType.Text),
        ("rid", ColumnType.BigInt),
        ("version", ColumnType.BigInt),
        ("position", ColumnType.BigInt),
        ("updated_at", ColumnType.BigInt),
        ("interaction", ColumnType.Text),
        ("sensitive", ColumnType.Boolean),
        ("labels", ColumnType.BigInt),
        ("released", ColumnType.Boolean),
        ("body", ColumnType.Bytes),
        ("came_by", ColumnType.Text));

    private static readonly InsertInto LaterVersions = new(
        "fhir_later_version",
        ("type_number", ColumnType.BigInt),
        ("position", ColumnType.BigInt),
        ("rid", ColumnType.BigInt),
        ("version", ColumnType.BigInt));

    private static readonly Statement Forget = new("""
        update fhir_version
        set body = null
        where tenant_id = @tenant_id
          and rid = @rid
        """);

    private static readonly Statement ReplaceOne = new("""
        update fhir_resource
        set version = @version, position = @position, updated_at = @updated_at, deleted = false, sensitive = @sensitive,
          labels = @labels, released = @released, compartments = @compartments, parties = @parties, params = @params,
          index_keys = @index_keys
        where type_number = @type_number
          and rid = @rid
        """);

    private static readonly Statement DeleteOne = new("""
        update fhir_resource
        set version = @version, position = @position, updated_at = @updated_at, deleted = true, params = @params,
          index_keys = @index_keys
        where type_number = @type_number
          and rid = @rid
        """);
}
