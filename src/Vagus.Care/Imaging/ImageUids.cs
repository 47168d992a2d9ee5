using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Care.Imaging;

/// <summary>The DICOM UIDs of an image that was stored as a file.</summary>
internal sealed record ImageUids(string SeriesUid, string InstanceUid)
{
    /// <summary>Null where the file is of another store, or of a published event.</summary>
    public static ValueTask<ImageUids?> Find(IRunQueries queries, TenantId tenant, string file, CancellationToken cancel) =>
        queries.QueryOne(FindOne, [tenant.Value, file], row => new ImageUids(row.GetString(0), row.GetString(1)), cancel);

    private static readonly Statement FindOne = new("""
        select series_uid, instance_uid
        from care_image
        where tenant_id = @tenant_id
          and file_id = @file_id
        """);
}
