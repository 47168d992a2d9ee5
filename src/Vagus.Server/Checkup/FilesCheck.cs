using Vagus.Storage;
using Vagus.Storage.Backups;
using Vagus.Storage.Files;

namespace Vagus.Server.Checkup;

/// <summary>The store of files: whether it answers, and whether what no row names is removed from it.</summary>
internal static class FilesCheck
{
    private const string Subject = "file sweep";

    public static async ValueTask<Finding> Look(Database database, IBlobStore store, CancellationToken cancel)
    {
        try
        {
            return await InspectSweep.Look(database, store, cancel) switch
            {
                HeldSweep.Restored => Finding.Warn(
                    Subject, "held back: the database was restored",
                    "Has the copied server ended? vagus files own. Does another installation use the store? vagus files own --beside-others."),
                HeldSweep.OfAnother => Finding.Warn(
                    Subject, "held back: the store is marked with another installation",
                    "Is the other one still there? vagus files own --beside-others. Is it gone? vagus files own."),
                _ => Finding.Ok(Subject, "contents without a row are removed"),
            };
        }
        catch (FilesUnreachableException unreachable)
        {
            return Finding.Fail(
                Subject, $"the store of files does not answer ({unreachable.Code})", "Files are neither taken nor given out: see VAGUS_FILES_S3.");
        }
    }
}
