using Vagus.Access.Files;
using Vagus.Kernel;
using Vagus.Storage.Files;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Access.Tests.Files;

/// <summary>Before a tenant moves: whether a store is the one in which the other installation keeps its files.</summary>
public abstract class StoreOfOthersTests(Engine engine)
{
    private static readonly TenantId Moving = new("harbor");
    private static readonly TenantId Other = new("ridge");

    [Fact]
    public async Task A_store_is_known_by_the_files_of_other_tenants_that_it_has()
    {
        await using var storage = await TestStorage.Create(
            engine, add: services => services.AddAccess(new AccessOptions { RootKey = Convert.ToBase64String(new byte[32]) }));
        var store = storage.Get<IBlobStore>();
        var looking = new FindMissingContent(storage.Database, store);
        async Task Row(TenantId tenant, string id) => Assert.False((await storage.Commit.Write<int>(
            tenant, async (write, cancel) => await write.Execute(Insert, [tenant.Value, id], cancel), default)).IsRefused);

        await Row(Moving, "01990000-0000-7000-8000-000000000001");
        var empty = await looking.IsStoreOfOthers(Moving, default);
        await Row(Other, "01990000-0000-7000-8000-000000000002");
        await Row(Other, "01990000-0000-7000-8000-000000000003");
        var elsewhere = await looking.IsStoreOfOthers(Moving, default);
        await store.Put(
            new BlobName(Other, "01990000-0000-7000-8000-000000000002"), async (to, cancel) => await to.WriteAsync(new byte[3], cancel),
            default);

        Assert.Equal((null, false, true), (empty, elsewhere, await looking.IsStoreOfOthers(Moving, default)));
    }

    private static readonly Statement Insert = new("""
        insert into access_file (
          tenant_id, file_id, store, owner_id, size, content_type, state, sealed_facts, labels, released, created_at, scan_after)
        values (@tenant_id, @file_id, 'files', 'u', 3, 'image/png', 'clean', '', 0, false, 0, 0)
        """);
}

public sealed class StoreOfOthersOnSqlite() : StoreOfOthersTests(Engine.Sqlite);

public sealed class StoreOfOthersOnPostgres() : StoreOfOthersTests(Engine.Postgres);
