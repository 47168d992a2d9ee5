using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Apart;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Testing;

namespace Vagus.Access.Tests.Vault;

/// <summary>A vault on an empty database, with a clock that is moved and a root key in a file.</summary>
internal sealed class TestVault : IAsyncDisposable
{
    public static readonly TenantId Harbor = new("harbor");
    public static readonly TenantId Ridgeview = new("ridgeview");

    private readonly DirectoryInfo folder;

    private TestVault(TestStorage storage, TestClock clock, AccessOptions options, DirectoryInfo folder) =>
        (Storage, Clock, Options, this.folder) = (storage, clock, options, folder);

    public TestStorage Storage { get; }

    public TestClock Clock { get; }

    public AccessOptions Options { get; }

    public ContentVault Vault => Storage.Get<ContentVault>();

    /// <summary>Straight into the keys' database, as somebody who has it would.</summary>
    public ApartDatabase Keys { get; private init; } = null!;

    public static async Task<TestVault> Create(Engine engine, Func<AccessOptions, AccessOptions>? change = null)
    {
        var clock = new TestClock { MovesTimestamps = true };
        var folder = Directory.CreateTempSubdirectory("vagus-vault-");
        var options = new AccessOptions { RootKeyFile = Path.Combine(folder.FullName, "root.key") };
        options = change is null ? options : change(options);
        var storage = await TestStorage.Create(engine, clock, services => services.AddLogging().AddAccess(options));
        return new TestVault(storage, clock, options, folder)
        {
            Keys = new ApartDatabase(ApartOptions.Beside(storage.Options, "keys"), [], clock),
        };
    }

    public T Get<T>()
        where T : notnull => Storage.Get<T>();

    /// <summary>Another process on the same databases and root key.</summary>
    public ServiceProvider NewNode(AccessOptions? options = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(Clock);
        services.AddStorage(Storage.Options);
        services.AddAccess(options ?? Options);
        return services.BuildServiceProvider();
    }

    public static KeyScope Thread(string id, TenantId? tenant = null) => new(tenant ?? Harbor, "thread", id);

    public static SealContext Message(string thread, long sequence, TenantId? tenant = null) =>
        new(tenant ?? Harbor, "Communication", $"m-{sequence}", "payload.content") { Thread = thread, Sequence = sequence };

    public async Task<byte[]> Seal(string thread, long sequence, string text, TenantId? tenant = null) =>
        (await Vault.Seal(
            Thread(thread, tenant), Message(thread, sequence, tenant), ContentKind.Text, Encoding.UTF8.GetBytes(text),
            TestContext.Current.CancellationToken)).Value;

    public async Task<Result<string>> Open(string thread, long sequence, byte[] envelope, TenantId? tenant = null)
    {
        var opened = await Vault.Open(Message(thread, sequence, tenant), envelope, TestContext.Current.CancellationToken);
        return opened.Refusal is { } refusal ? refusal : Encoding.UTF8.GetString(opened.Value);
    }

    /// <summary>What a destruction leaves behind that was cut off before it reached the keys.</summary>
    public async Task RecordDestroyed(KeyScope scope) => await Storage.Get<GroupCommit>().Write<int>(
        scope.Tenant,
        async (write, token) => await write.Execute(
            new Statement("""
                insert into access_destroyed_key (tenant_id, key_id, scope_type, scope_id, decided_at)
                values (@tenant_id, @key_id, @scope_type, @scope_id, @decided_at)
                """),
            [scope.Tenant.Value, $"key-of-{scope.Id}", scope.Type, scope.Id, 1L], token),
        TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Keys.DisposeAsync();
        await Storage.DisposeAsync();
        folder.Delete(recursive: true);
    }
}
