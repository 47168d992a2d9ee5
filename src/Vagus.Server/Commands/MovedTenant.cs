using Vagus.Access.Files;
using Vagus.Access.KeyUpkeep;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Files;
using Vagus.Storage.Moving;

namespace Vagus.Server.Commands;

/// <summary>Where the other installation is; null: as this one.</summary>
internal sealed record OtherPlace(string? Postgres, string? Data, string? KeysPostgres, BlobOptions? Files = null);

/// <summary>
/// One call of <c>vagus tenant move</c>: contents of files go first, while the tenant is served, then the database; before the switch the
/// audit is verified there, keys are opened and contents looked for.
/// </summary>
internal sealed class MovedTenant(IServiceProvider here, ServerOptions options, OtherPlace place, TenantId tenant)
{
    private const long SampledKeys = 1_000;
    private const string SameKey = "same-root-key";

    private readonly ServerOptions other = options with
    {
        Storage = options.Storage with
        {
            DataFolder = place.Data ?? options.Storage.DataFolder, Postgres = place.Postgres, Files = place.Files ?? options.Storage.Files,
        },
        Access = options.Access with { KeysPostgres = place.KeysPostgres ?? options.Access.KeysPostgres },
    };

    public async Task<int> Run(string address, CancellationToken cancel)
    {
        await using var there = await Open(cancel);
        var (ids, moves, to) = (
            here.GetRequiredService<IdSource>(), here.GetRequiredService<TenantMoves>(), there.GetRequiredService<MovePlace>());
        var sharesFiles = await moves.SharesFiles(to, ids.NewId(), cancel);
        await Recognise(there, cancel);
        if (!sharesFiles) await CopyFiles(there, cancel);
        var move = await moves.To(to, cancel);
        var compared = await move.Run(
            new TenantMove(tenant, address), ids.NewId(), () => Check(there, sharesFiles, cancel), Console.WriteLine, cancel);
        Console.WriteLine(compared.Count == 0
            ? $"{tenant} has moved. What it has left here is removed by: vagus tenant remove"
            : $"{tenant} has moved: {compared.Count} tables with {compared.Sum(table => table.Rows)} rows are equal. "
                + "What it has left here is removed by: vagus tenant remove");
        return 0;
    }

    public async Task<int> GiveUp(CancellationToken cancel)
    {
        await using var there = await Open(cancel);
        await here.GetRequiredService<TenantMoves>().GiveUp(tenant, there.GetRequiredService<MovePlace>(), cancel);
        Console.WriteLine($"{tenant} is served here");
        return 0;
    }

    private async ValueTask<ServiceProvider> Open(CancellationToken cancel)
    {
        if (IsSame(options.Storage, other.Storage)) throw new MoveException("--to-postgres and --to-data name the database of this installation.");
        // Its first start would make another key.
        var key = Path.Combine(other.Storage.DataFolder, "root.key");
        if (options.Access is { RootKey: null, RootKeyFile: null } && RootKeyFile.Present(key).Count == 0)
            throw new MoveException($"{key} does not exist: both installations have one root key. Copy it from this one.");
        var there = await OperatorScope.Open(other, cancel);
        if (Derived(here).SequenceEqual(Derived(there))) return there;
        await there.DisposeAsync();
        throw new MoveException($"{key} is another root key than that of this installation, or one of its versions is missing: what is sealed could not be opened there.");
    }

    // Of every version: what an older one sealed moves as it is.
    private static IEnumerable<string> Derived(IServiceProvider rooms) =>
        rooms.GetRequiredService<RootKey>().DeriveEach(SameKey).Select(Convert.ToHexString);

    private async ValueTask Check(IServiceProvider there, bool sharesFiles, CancellationToken cancel)
    {
        if (await RestoredAudit.Verify(other, AppContext.BaseDirectory, Console.Out, cancel, tenant.Value) != 0)
            throw new MoveException("The audit of the organization is not sound in the other database.");
        var keys = await there.GetRequiredService<VerifyKeys>().Verify(SampledKeys, cancel);
        if (keys.Faults.FirstOrDefault(fault => fault.StartsWith($"{tenant} ", StringComparison.Ordinal)) is { } fault)
            throw new MoveException($"A key does not open there: {fault}");
        // What was stored since the first look, before the stop.
        if (!sharesFiles) await CopyFiles(there, cancel);
        var (rows, missing) = await Looking(there).Run(tenant, cancel);
        if (missing.Count > 0) throw new MoveException($"{missing.Count} of {rows} files have no content there, the first is {missing[0].Id}.");
        Console.WriteLine($"every one of {rows} files has its content");
    }

    /// <summary>In a store that the other installation does not use, contents would be found that are not there.</summary>
    private async ValueTask Recognise(IServiceProvider there, CancellationToken cancel)
    {
        var store = PlaceOf(other.Storage);
        var known = await Looking(there).IsStoreOfOthers(tenant, cancel);
        if (known == false)
        {
            throw new MoveException(
                $"The other installation keeps its files elsewhere than in {store}: none of its newest is there. Name its bucket by "
                + "VAGUS_TO_FILES_S3, or its folder by --to-data.");
        }

        if (known is null) Console.WriteLine($"the other installation has no files yet: its servers have to keep theirs in {store}");
    }

    private static FindMissingContent Looking(IServiceProvider there) =>
        new(there.GetRequiredService<Database>(), there.GetRequiredService<IBlobStore>());

    private async ValueTask CopyFiles(IServiceProvider there, CancellationToken cancel)
    {
        var copied = await new CopyBlobs(here.GetRequiredService<IBlobStore>(), there.GetRequiredService<IBlobStore>(), tenant)
            .Run(_ => { }, cancel);
        Console.WriteLine($"{copied.Seen} contents of files are there, {copied.Copied} of them copied now");
    }

    private static string PlaceOf(StorageOptions storage) => storage.Files.S3 is { } bucket
        ? $"{bucket.TrimEnd('/')} {storage.Files.S3Endpoint}".TrimEnd() : FolderOf(storage);

    private static string FolderOf(StorageOptions storage) =>
        Path.TrimEndingDirectorySeparator(Path.GetFullPath(storage.Files.Folder ?? Path.Combine(storage.DataFolder, "files")));

    private static bool IsSame(StorageOptions one, StorageOptions two) => one.Postgres == two.Postgres
        && (one.Postgres is not null || Path.GetFullPath(one.DataFolder) == Path.GetFullPath(two.DataFolder));
}
