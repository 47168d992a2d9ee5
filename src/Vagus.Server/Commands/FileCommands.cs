using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Vagus.Access.Files;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Backups;
using Vagus.Storage.Files;

namespace Vagus.Server.Commands;

/// <summary>
/// <c>vagus files copy</c>: brings the contents of files from a folder into the store of the settings. <c>vagus files own</c>: the operator
/// says whose the store is.
/// </summary>
internal static class FileCommands
{
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(2);

    public static Command Create(ServerSettings settings) => new("files", "The contents of files.")
    {
        Copy(settings), Own(settings),
    };

    private static Command Own(ServerSettings settings)
    {
        var beside = new Option<bool>("--beside-others")
        {
            Description = "Installations with other organizations use the store too, and go on to remove what they left there.",
        };
        var own = new Command(
            "own",
            "Says that this installation removes contents without a row: after a restore, once the server that was copied runs no more.")
        {
            beside,
        };
        own.SetAction((parsed, cancel) => OperatorScope.RunOnExisting<bool>(
            settings.Read(parsed),
            async provider =>
            {
                await provider.GetRequiredService<StoreOwner>().Take(besideOthers: parsed.GetValue(beside), cancel);
                return true;
            },
            _ => Console.WriteLine("the store of files is this installation's own"),
            cancel));
        return own;
    }

    private static Command Copy(ServerSettings settings)
    {
        var from = new Option<DirectoryInfo>("--from") { Description = "The folder in which they lie.", Required = true };
        var copy = new Command(
            "copy", "Copies contents from a folder into the bucket of VAGUS_FILES_S3, reads each back and compares. Again: goes on.") { from };
        copy.SetAction((parsed, cancel) => OperatorScope.Run<long>(
            settings.Read(parsed),
            provider => Run(provider, parsed.GetRequiredValue(from), cancel),
            rows => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"every one of {rows} files has its content")),
            cancel));
        return copy;
    }

    private static async ValueTask<Result<long>> Run(IServiceProvider provider, DirectoryInfo from, CancellationToken cancel)
    {
        if (!from.Exists) return NoFolder;
        if (IsSame(from, provider.GetRequiredService<StorageOptions>())) return SamePlace;
        var store = provider.GetRequiredService<IBlobStore>();
        try
        {
            var told = Stopwatch.StartNew();
            Tell(await new CopyBlobs(from.FullName, store).Run(
                done =>
                {
                    if (told.Elapsed < TellEvery) return;
                    Tell(done);
                    told.Restart();
                },
                cancel));
        }
        catch (InvalidDataException differs)
        {
            return new Refusal(RefusalKind.Conflict, "content_differs", differs.Message);
        }
        catch (FilesUnreachableException unreachable)
        {
            return new Refusal(RefusalKind.Unavailable, "files_unreachable", $"{unreachable.Message} ({unreachable.Code})");
        }

        var (rows, missing) = await new FindMissingContent(provider.GetRequiredService<Database>(), store).Run(only: null, cancel);
        foreach (var name in missing) Console.WriteLine($"missing {name.Path}");
        return missing.Count == 0 ? rows : Missing;
    }

    private static bool IsSame(DirectoryInfo from, StorageOptions options) => options.Files.S3 is null
        && Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Files.Folder ?? Path.Combine(options.DataFolder, "files")))
            == Path.TrimEndingDirectorySeparator(from.FullName);

    private static void Tell(CopiedBlobs done) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{done.Seen} compared, {done.Copied} of them copied now, {done.Bytes} bytes"));

    private static readonly Refusal NoFolder = new(RefusalKind.NotFound, "no_folder", "There is no such folder.");

    private static readonly Refusal SamePlace = new(
        RefusalKind.Invalid, "same_place", "The folder is the store of the settings itself: set VAGUS_FILES_S3.");

    private static readonly Refusal Missing = new(
        RefusalKind.Conflict, "content_missing", "Files are without their content. Copy again from the folder in which they were stored.");
}
