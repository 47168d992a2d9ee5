using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Store;

/// <summary>
/// The row of a resource and all that it is found by, changed together. The row keeps the keys of its index rows, so that the next change
/// needs no index by resource.
/// </summary>
internal static class ResourceRows
{
    public static async ValueTask Create(
        WriteTransaction write, long rid, long position, PreparedResource resource, CancellationToken cancel)
    {
        var type = await Names.NumberOf(write, NameKind.Type, resource.Type, cancel);
        var compartments = CompartmentList.Empty.Next(resource.Patients, version: 1, wasDeleted: false);
        var index = await IndexRows.Replace(write, rid, before: null, resource, cancel);
        await IndexRows.Move(write, rid, CompartmentList.Empty, compartments, cancel);
        write.Insert(
            Rows, type, rid, resource.Id, 1L, position, write.At.ToMicroseconds(), false, resource.Sensitive, resource.Released,
            compartments.ToString(), TaskParties.ListOf(resource), index.Parameters, index.Keys);
    }

    public static async ValueTask Replace(
        WriteTransaction write, CurrentRow current, long version, long position, PreparedResource resource, CancellationToken cancel)
    {
        var type = await Names.NumberOf(write, NameKind.Type, resource.Type, cancel);
        var compartments = current.Compartments.Next(resource.Patients, version, current.Deleted);
        var index = await IndexRows.Replace(write, current.Rid, current.Keys, resource, cancel);
        await IndexRows.Move(write, current.Rid, current.Compartments, compartments, cancel);
        await write.Queue(
            ReplaceOne,
            [
                version, position, write.At.ToMicroseconds(), resource.Sensitive, resource.Released, compartments.ToString(),
                TaskParties.ListOf(resource), index.Parameters, index.Keys, type, current.Rid,
            ],
            cancel);
    }

    /// <summary>The compartments and the parties stay: who could see the resource may see that it is gone.</summary>
    public static async ValueTask Delete(
        WriteTransaction write, CurrentRow current, string type, long version, long position, CancellationToken cancel)
    {
        var number = await Names.NumberOf(write, NameKind.Type, type, cancel);
        var index = await IndexRows.Delete(write, current.Rid, current.Keys, cancel);
        await write.Queue(
            DeleteOne, [version, position, write.At.ToMicroseconds(), index.Parameters, index.Keys, number, current.Rid], cancel);
    }

    internal static readonly InsertInto Rows = new(
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

    private static readonly Statement ReplaceOne = new("""
        update fhir_resource
        set version = @version, position = @position, updated_at = @updated_at, deleted = false, sensitive = @sensitive,
          released = @released, compartments = @compartments, parties = @parties, params = @params, index_keys = @index_keys
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
