using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Apart;
using Vagus.Storage.Files;
using Vagus.Storage.Migrations;
using Vagus.Storage.Moving;
using Vagus.Storage.Sql;

namespace Vagus.Server.Tests.Moving;

/// <summary>
/// What two installations share, and with what a move began, is told by marks: settings of a call may be others, or other words.
/// </summary>
public abstract class SharedPlaceTests(MovePair pair)
{
    private static readonly byte[] Content = [1, 2, 3];

    [Fact]
    public async Task A_call_with_other_keys_than_the_move_began_with_neither_goes_on_nor_gives_it_up()
    {
        var (here, there) = (pair.Here, pair.There);
        var wren = await Opened("wren");
        await BrokenOff(wren, there.Get<MovePlace>());
        // VAGUS_TO_KEYS_POSTGRES is not set any more: the keys are those of this installation.
        await using var keys = KeysOf(here);
        await using var other = Place(there, keys, there.Get<IBlobStore>());

        await Assert.ThrowsAsync<MoveException>(() => here.Get<TenantMoves>().GiveUp(wren, other, Cancel));
        await Assert.ThrowsAsync<MoveException>(() => Run(wren, other));

        Assert.Equal(1, await Keys(here, wren));
        Assert.Equal("tenant_stopped", await MovePair.Refused(here, "wren", Cancel));
        await here.Get<TenantMoves>().GiveUp(wren, there.Get<MovePlace>(), Cancel);
        Assert.Equal((1, 0), (await Keys(here, wren), await Keys(there, wren)));
        Assert.Null(await MovePair.Refused(here, "wren", Cancel));
    }

    [Fact]
    public async Task Keys_and_files_that_both_have_by_two_names_stay_when_what_was_left_is_removed()
    {
        var (here, there) = (pair.Here, pair.There);
        var crane = await Opened("crane");
        var blob = await Put(here, crane);
        var link = Path.Combine(there.Folder, "same");
        Directory.CreateSymbolicLink(link, here.Folder);
        await using var keys = KeysOf(here);
        await using var place = Place(there, keys, new DiskBlobs(Path.Combine(link, "files")));

        Assert.True(await here.Get<TenantMoves>().SharesFiles(place, "p", Cancel));
        await Run(crane, place);
        await Remove(here.Get<MovePlace>(), crane);

        Assert.Equal(1, await Keys(here, crane));
        Assert.True(await Has(here, blob));
    }

    [Fact]
    public async Task Keys_and_files_of_two_installations_are_not_shared_and_go_where_they_were_left()
    {
        var (here, there) = (pair.Here, pair.There);
        var stork = await Opened("stork");
        var (left, arrived) = (await Put(here, stork), await Put(there, stork));

        Assert.False(await here.Get<TenantMoves>().SharesFiles(there.Get<MovePlace>(), "p", Cancel));
        await Run(stork, there.Get<MovePlace>());
        await Remove(here.Get<MovePlace>(), stork);

        Assert.Equal((0, 1), (await Keys(here, stork), await Keys(there, stork)));
        Assert.Equal((false, true), (await Has(here, left), await Has(there, arrived)));
    }

    [Fact]
    public async Task Nothing_is_removed_by_a_server_that_has_the_keys_or_the_files_of_the_new_place_by_now()
    {
        var (here, there) = (pair.Here, pair.There);
        var egret = await Opened("egret");
        var blob = await Put(there, egret);
        await Run(egret, there.Get<MovePlace>());
        await using var keys = KeysOf(there);
        await using var otherKeys = Place(here, keys, here.Get<IBlobStore>());
        await using var own = KeysOf(here);
        await using var otherFiles = Place(here, own, there.Get<IBlobStore>());

        await Assert.ThrowsAsync<MoveException>(() => Remove(otherKeys, egret));
        await Assert.ThrowsAsync<MoveException>(() => Remove(otherFiles, egret));

        Assert.Equal((1, 1), (await Keys(here, egret), await Keys(there, egret)));
        Assert.True(await Has(there, blob));
        await Remove(here.Get<MovePlace>(), egret);
        Assert.Equal((0, 1), (await Keys(here, egret), await Keys(there, egret)));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A tenant with a key.</summary>
    private async Task<TenantId> Opened(string name)
    {
        await Moved.Open(pair.Here, name);
        await pair.Here.Get<MovePlace>().Keys.Write(
            async session =>
            {
                await session.Execute(Forget, [name], Cancel);
                return await session.Execute(AddKey, [name], Cancel);
            },
            alone: false, Cancel);
        return new TenantId(name);
    }

    private async Task Run(TenantId tenant, MovePlace place, Action<string>? tell = null)
    {
        var move = await pair.Here.Get<TenantMoves>().To(place, Cancel);
        await move.Run(MovePair.Of(tenant.Value), $"m-{tenant}", MovePair.Nothing, tell ?? (_ => { }), Cancel)
            .WaitAsync(TimeSpan.FromMinutes(1), Cancel);
    }

    /// <summary>Ended when all is copied.</summary>
    private Task BrokenOff(TenantId tenant, MovePlace place) => Assert.ThrowsAsync<TimeoutException>(() => Run(
        tenant, place, step =>
        {
            if (step.StartsWith("log_head", StringComparison.Ordinal)) throw new TimeoutException();
        }));

    private static Task Remove(MovePlace place, TenantId tenant) => new ClearTenant(place, TimeProvider.System).RunHere(
        tenant,
        async () =>
        {
            await foreach (var blob in place.Files.List(Cancel))
                if (blob.Name.Tenant == tenant) await place.Files.Delete(blob.Name, Cancel);
        },
        Cancel);

    /// <summary>The installation's own, by other words.</summary>
    private static ApartDatabase KeysOf(TestServer server)
    {
        var beside = ApartOptions.Beside(server.Get<StorageOptions>(), "keys");
        var named = beside with
        {
            File = Path.Combine(server.Folder, "..", Path.GetFileName(server.Folder), "keys.db"),
            Postgres = beside.Postgres is { } postgres ? $"{postgres};Application Name=other" : null,
        };
        return new ApartDatabase(named, [], TimeProvider.System);
    }

    private static MovePlace Place(TestServer server, ApartDatabase keys, IBlobStore files) => new(
        server.Get<Database>(), keys, files, server.Get<IEnumerable<MovedTable>>(), server.Get<IEnumerable<NumberFamily>>(),
        server.Get<IEnumerable<SwitchStep>>(), server.Get<IEnumerable<Migration>>());

    private static async Task<long> Keys(TestServer server, TenantId tenant) =>
        (await server.Get<MovePlace>().Keys.Query(CountKeys, [tenant.Value], row => row.GetInt64(0), Cancel))[0];

    private static async Task<BlobName> Put(TestServer server, TenantId tenant)
    {
        var blob = new BlobName(tenant, Guid.NewGuid().ToString());
        await server.Get<IBlobStore>().Put(blob, async (to, token) => await to.WriteAsync(Content, token), Cancel);
        return blob;
    }

    private static async Task<bool> Has(TestServer server, BlobName blob)
    {
        await using var content = await server.Get<IBlobStore>().Open(blob, Cancel);
        return content is not null;
    }

    private static readonly Statement Forget = new("delete from tenant_key where tenant_id = @tenant_id");

    private static readonly Statement AddKey = new("""
        insert into tenant_key (tenant_id, version, provider, wrapped, state, created_at, wraps)
        values (@tenant_id, 1, 'none', null, 'active', 0, 0)
        """);

    private static readonly Statement CountKeys = new("select count(*) from tenant_key where tenant_id = @tenant_id");
}

public sealed class SharedPlaceFromSqliteToPostgres(SqliteToPostgres pair) : SharedPlaceTests(pair), IClassFixture<SqliteToPostgres>;

public sealed class SharedPlaceFromPostgresToPostgres(PostgresToPostgres pair)
    : SharedPlaceTests(pair), IClassFixture<PostgresToPostgres>;

public sealed class SharedPlaceFromPostgresToSqlite(PostgresToSqlite pair) : SharedPlaceTests(pair), IClassFixture<PostgresToSqlite>;
