using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vagus.Access;
using Vagus.Access.Tenants;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Consuming;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Testing;

[assembly: AssemblyFixture(typeof(CleanLog))]

namespace Vagus.Bus.Tests.Running;

/// <summary>What a process of the server does for the bus: storage, the consumers of the log, and this room.</summary>
internal sealed class Node : IAsyncDisposable
{
    public static readonly TenantId North = new("north");
    public static readonly TenantId South = new("south");

    private static readonly ConsumerOptions Quick = new()
    {
        Beat = TimeSpan.FromMilliseconds(30),
        Lease = TimeSpan.FromMilliseconds(600),
        LookOver = TimeSpan.FromMilliseconds(60),
        FirstPause = TimeSpan.FromMilliseconds(5),
        LongestPause = TimeSpan.FromMilliseconds(300),
        EventsPerBatch = 50,
        Attempts = 3,
    };

    private readonly List<IHostedService> running = [];

    private Node(TestStorage storage) => Storage = storage;

    public TestStorage Storage { get; }

    public static BusOptions Options(NatsServer nats) => new()
    {
        Servers = nats.Url,
        Limits = new BusLimits
        {
            LookAtStreams = TimeSpan.FromMilliseconds(200),
            DedupeWindow = TimeSpan.FromSeconds(1),
            FirstPause = TimeSpan.FromMilliseconds(5),
            LongestPause = TimeSpan.FromMilliseconds(100),
            Attempts = 3,
        },
    };

    /// <summary>Made, not started.</summary>
    public static async Task<Node> Create(
        Engine engine, BusOptions options, RecordedLog? log = null, Action<IServiceCollection>? add = null) => new(
            await TestStorage.Create(
                engine, add: services => Add(services, options, log, add), options: new StorageOptions { Consuming = Quick }));

    public static async Task<Node> Start(
        Engine engine, BusOptions options, RecordedLog? log = null, Action<IServiceCollection>? add = null)
    {
        var node = await Create(engine, options, log, add);
        await node.Start();
        return node;
    }

    /// <summary>A further process on the same PostgreSQL database.</summary>
    public Node Beside() => new(Storage.Beside());

    /// <param name="listens">Whether commits of other processes are heard of by PostgreSQL too.</param>
    public async Task Start(bool listens = false)
    {
        foreach (var service in Storage.Get<IEnumerable<IHostedService>>())
        {
            var type = service.GetType();
            if (type.Assembly != typeof(BusFeature).Assembly && type.Name != "ConsumerHost" && !(listens && type.Name == "LogListener")) continue;
            await service.StartAsync(CancellationToken.None);
            running.Add(service);
        }
    }

    public async Task Stop()
    {
        foreach (var service in Enumerable.Reverse(running)) await service.StopAsync(CancellationToken.None);
        running.Clear();
    }

    public async Task Append(TenantId tenant, int from, int to, string type = "appointment.created", Func<NewEvent, NewEvent>? with = null)
    {
        for (var n = from; n <= to; n++)
        {
            var draft = new NewEvent(Id(n), type, Encoding.UTF8.GetBytes($$"""{"number":{{n}}}"""));
            await Append(tenant, with?.Invoke(draft) ?? draft);
        }
    }

    public async Task Append(TenantId tenant, NewEvent draft) => Assert.False((await Storage.Commit.Write<long>(
        tenant, async (write, cancel) => await write.Append(draft, cancel), CancellationToken.None)).IsRefused);

    public static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"e{number:00000}");

    public static IEnumerable<string> Ids(int from, int to) => Enumerable.Range(from, to - from + 1).Select(Id);

    public async Task<long> Cursor(TenantId tenant) => await Storage.Get<Cursors>().Read(tenant, "nats", CancellationToken.None);

    public async Task SetCursor(TenantId tenant, long position) => await Storage.Commit.Write<int>(
        tenant, async (write, cancel) => await write.Execute(MoveCursor, [position, tenant.Value], cancel), CancellationToken.None);

    /// <summary>A service account, as <c>vagus service add</c> makes it.</summary>
    public async Task AddService(TenantId tenant, string id, bool disabled = false)
    {
        if (await Storage.Get<AddTenant>().Add(tenant.Value, tenant.Value, CancellationToken.None) is { Refusal: { Code: not "tenant_exists" } no })
            Assert.Fail(no.Code);
        Assert.Equal(1, (await Storage.Commit.Write<int>(
            tenant,
            async (write, cancel) => await write.Execute(
                InsertService, [tenant.Value, id, $"{id}@service.invalid", id, disabled], cancel),
            CancellationToken.None)).Value);
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        await Storage.DisposeAsync();
    }

    private static void Add(IServiceCollection services, BusOptions options, RecordedLog? log, Action<IServiceCollection>? add)
    {
        if (log is not null) services.AddLogging(logging => logging.AddProvider(log));
        services.AddAccess(new AccessOptions { RootKey = Convert.ToBase64String(new byte[32]) });
        services.AddBus(options);
        FakeLabels.Add(services);
        add?.Invoke(services);
    }

    private static readonly Statement MoveCursor = new("""
        update log_cursor
        set position = @position
        where tenant_id = @tenant_id
          and consumer = 'nats'
        """);

    private static readonly Statement InsertService = new("""
        insert into access_user (
          tenant_id, user_id, door, email, email_key, display_name, role, password_hash, disabled, created_at, labels)
        values (@tenant_id, @user_id, 'staff', @email, @email, @name, 'service', '', @disabled, 0, 0)
        """);
}
