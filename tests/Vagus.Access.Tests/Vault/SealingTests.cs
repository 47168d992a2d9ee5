using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Vagus.Access.Vault;
using Vagus.Storage.Apart;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Access.Tests.Vault;

public abstract class SealingTests(Engine engine)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_sealed_opens_in_its_place_after_a_restart()
    {
        await using var vault = await TestVault.Create(engine);
        var envelope = await vault.Seal("t-1", 1, "Potassium is back");

        await vault.Storage.Reopen();

        Assert.Equal("Potassium is back", (await vault.Open("t-1", 1, envelope)).Value);
        Assert.Equal("Potassium is back".Length + 96, envelope.Length);
    }

    [Fact]
    public async Task Rows_that_changed_places_or_tenants_do_not_open()
    {
        await using var vault = await TestVault.Create(engine);
        var first = await vault.Seal("t-1", 1, "one");
        await vault.Seal("t-2", 1, "two");
        await vault.Seal("t-1", 1, "theirs", TestVault.Ridgeview);

        await Assert.ThrowsAsync<SealBrokenException>(() => vault.Open("t-1", 2, first));
        await Assert.ThrowsAsync<SealBrokenException>(() => vault.Open("t-2", 1, first));
        var broken = await Assert.ThrowsAsync<SealBrokenException>(() => vault.Open("t-1", 1, first, TestVault.Ridgeview));
        Assert.Equal(SealFault.UnknownKey, broken.Fault);
    }

    [Fact]
    public async Task What_does_not_open_raises_an_alarm_that_names_no_tenant()
    {
        var alarms = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "vagus.vault.seals.broken") self.EnableMeasurementEvents(instrument);
            },
        };
        await using var vault = await TestVault.Create(engine);
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) =>
        {
            // Other tests run at the same time with meters of their own.
            if (instrument.Meter.Scope == vault.Get<IMeterFactory>()) alarms.Add(string.Join(',', tags.ToArray()));
        });
        listener.Start();
        var envelope = await vault.Seal("t-1", 1, "one");

        envelope[^1] ^= 1;
        await Assert.ThrowsAsync<SealBrokenException>(() => vault.Open("t-1", 1, envelope));
        using var cut = new MemoryStream(envelope[..^20]);
        await Assert.ThrowsAsync<SealBrokenException>(
            async () => await vault.Vault.OpenStream(TestVault.Message("t-1", 1), cut, Cancel));

        Assert.Equal(["[fault, Authentication]", "[fault, Length]"], alarms);
    }

    [Fact]
    public async Task Twenty_that_seal_in_a_new_scope_at_once_share_one_key()
    {
        await using var vault = await TestVault.Create(engine);
        await using var other = vault.NewNode();
        ContentVault[] nodes = [vault.Vault, other.GetRequiredService<ContentVault>()];

        var keys = await Task.WhenAll(Enumerable.Range(0, 20).Select(async at =>
        {
            using var key = (await nodes[at % 2].KeyFor(TestVault.Thread("t-1"), Cancel)).Value;
            return key.KeyId;
        }));

        Assert.Single(keys.Distinct(StringComparer.Ordinal));
        Assert.Equal(1, await Count(vault, "select count(*) from tenant_key"));
        Assert.Equal(1, await Count(vault, "select count(*) from data_key"));
    }

    [Fact]
    public async Task A_key_in_hand_seals_within_a_transaction_without_waiting()
    {
        await using var vault = await TestVault.Create(engine);
        using var key = (await vault.Vault.KeyFor(TestVault.Thread("t-1"), Cancel)).Value;

        var envelope = key.Seal(TestVault.Message("t-1", 7), ContentKind.Text, "yes"u8, ContentPadding.Bucket);

        Assert.Equal("yes", (await vault.Open("t-1", 7, envelope)).Value);
        Assert.Equal(32 + 96, envelope.Length);
        Assert.Throws<ArgumentException>(() => key.Seal(TestVault.Message("t-1", 7, TestVault.Ridgeview), ContentKind.Text, "no"u8));
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.Seal(TestVault.Message("t-1", 8), ContentKind.Text, "no"u8));
    }

    [Fact]
    public async Task A_file_is_sealed_as_a_stream_and_read_by_ranges()
    {
        await using var vault = await TestVault.Create(engine);
        var (scope, place) = (new KeyScope(TestVault.Harbor, "file", "f-1"), new SealContext(TestVault.Harbor, "file", "f-1", ""));
        var content = Enumerable.Range(0, 100_000).Select(at => (byte)(at * 31)).ToArray();
        var envelope = new MemoryStream();

        var length = await vault.Vault.SealStream(scope, place, new MemoryStream(content), envelope, mostBytes: 100_000, Cancel);
        await using var opened = (await vault.Vault.OpenStream(place, envelope, Cancel)).Value;

        Assert.Equal(100_000, length.Value);
        opened.Position = 70_000;
        var range = new byte[20_000];
        await opened.ReadExactlyAsync(range, Cancel);
        Assert.Equal(content[70_000..90_000], range);
    }

    [Fact]
    public async Task A_wrapped_key_that_was_changed_or_moved_to_another_scope_opens_nothing()
    {
        await using var vault = await TestVault.Create(engine);
        var first = await vault.Seal("t-1", 1, "one");
        await vault.Seal("t-2", 1, "two");
        await vault.Keys.Write(
            (session, token) => session.Execute(
                new Statement("update data_key set wrapped = (select d.wrapped from data_key d where d.scope_id = 't-2')"), [], token),
            Cancel);
        await vault.Storage.Reopen();

        var broken = await Assert.ThrowsAsync<SealBrokenException>(() => vault.Open("t-1", 1, first));

        Assert.Equal(SealFault.WrappedKey, broken.Fault);
    }

    [Fact]
    public async Task Another_root_key_opens_nothing()
    {
        await using var vault = await TestVault.Create(engine);
        var envelope = await vault.Seal("t-1", 1, "one");
        await File.WriteAllBytesAsync(vault.Options.RootKeyFile!, new byte[32], Cancel);
        await vault.Storage.Reopen();

        await Assert.ThrowsAsync<SealBrokenException>(() => vault.Open("t-1", 1, envelope));
    }

    [Fact]
    public async Task No_key_is_in_the_database_of_the_facts()
    {
        await using var vault = await TestVault.Create(engine);
        await vault.Seal("t-1", 1, "one");
        var tables = new Statement(
            sqlite: "select name from sqlite_master where name like '%_key'",
            postgres: "select table_name from information_schema.tables where table_schema = 'public' and table_name like '%_key'");

        var inFacts = await vault.Storage.Database.Query(tables, [], row => row.GetString(0), Cancel);
        var inKeys = await vault.Keys.Query(tables, [], row => row.GetString(0), Cancel);

        Assert.DoesNotContain("tenant_key", inFacts);
        Assert.DoesNotContain("data_key", inFacts);
        Assert.Contains("data_key", inKeys);
    }

    [Fact]
    public async Task Keys_of_purposes_differ_by_purpose_and_tenant_and_stay_the_same()
    {
        await using var vault = await TestVault.Create(engine);
        var device = await vault.Vault.DeriveKey(TestVault.Harbor, TenantPurposes.DeviceKey, Cancel);
        var owner = await vault.Vault.DeriveKey(TestVault.Harbor, TenantPurposes.DeviceOwner, Cancel);
        var theirs = await vault.Vault.DeriveKey(TestVault.Ridgeview, TenantPurposes.DeviceKey, Cancel);
        await vault.Storage.Reopen();

        Assert.NotEqual(device, owner);
        Assert.NotEqual(device, theirs);
        Assert.Equal(device, await vault.Vault.DeriveKey(TestVault.Harbor, TenantPurposes.DeviceKey, Cancel));
    }

    private static async Task<long> Count(TestVault vault, string sql) =>
        await vault.Keys.QueryOne(new Statement(sql), [], row => row.GetInt64(0), Cancel);
}

public sealed class SqliteSealingTests() : SealingTests(Engine.Sqlite);

public sealed class PostgresSealingTests() : SealingTests(Engine.Postgres)
{
    [Fact]
    public async Task Keys_lie_in_the_database_that_was_named_for_them()
    {
        var own = await PostgresServer.NewDatabase();
        await using var vault = await TestVault.Create(Engine.Postgres, options => options with { KeysPostgres = own });
        var envelope = await vault.Seal("t-1", 1, "one");
        await using var named = new ApartDatabase(new ApartOptions { File = "", Postgres = own }, [], vault.Clock);
        var databases = new Statement(sqlite: "", postgres: "select datname from pg_database where datname = @name");
        var beside = new NpgsqlConnectionStringBuilder(vault.Storage.Options.Postgres).Database + "_keys";

        var count = await named.QueryOne(
            new Statement("select count(*) from data_key"), [], row => row.GetInt64(0), TestContext.Current.CancellationToken);
        var made = await vault.Storage.Database.Query(databases, [beside], row => row.GetString(0), TestContext.Current.CancellationToken);

        Assert.Equal("one", (await vault.Open("t-1", 1, envelope)).Value);
        Assert.Equal(1, count);
        Assert.Empty(made);
    }
}
