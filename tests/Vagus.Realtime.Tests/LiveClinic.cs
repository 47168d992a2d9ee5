using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Vagus.Access.Tenants;
using Vagus.Access.Visibility;
using Vagus.Events;
using Vagus.Fhir.Deriving;
using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Realtime.Feed;
using Vagus.Storage;
using Vagus.Storage.Consuming;
using Vagus.Storage.Log;
using Vagus.Storage.Retention;
using Vagus.Storage.Writing;
using Vagus.Testing;

namespace Vagus.Realtime.Tests;

/// <summary>
/// The server with two tenants, <c>north</c> and <c>south</c>. Events are written straight into the log.
/// </summary>
internal sealed class LiveClinic : IAsyncDisposable
{
    /// <summary>What the system buffers on the way to a client; Linux doubles it.</summary>
    public const int SendBufferBytes = 128 * 1024;

    public static readonly TenantId North = new("north");
    public static readonly TenantId South = new("south");

    /// <summary>Events are old after two minutes and go when a test sweeps; durable consumers soon store how far they have come.</summary>
    public static readonly StorageOptions Forgetful = new()
    {
        EventRetention = TimeSpan.FromMinutes(2),
        SweepInterval = TimeSpan.FromDays(1),
        Consuming = new ConsumerOptions { LookOver = TimeSpan.FromMilliseconds(100), StoreCursors = TimeSpan.FromMilliseconds(1) },
    };

    private static readonly TimeSpan SweepLimit = TimeSpan.FromSeconds(30);
    private readonly House house;
    private readonly Engine engine;
    private int people;

    private LiveClinic(House house, Engine engine, TestClock clock, TestClock visibilityClock) =>
        (this.house, this.engine, Clock, VisibilityClock) = (house, engine, clock, visibilityClock);

    public TestClock Clock { get; }

    /// <summary>By which the server's knowledge of the setting <c>visibility</c> grows old.</summary>
    public TestClock VisibilityClock { get; }

    public RecordedLog Log => house.Log;

    public IEnumerable<string> Errors => Log.Lines.Where(IsError);

    private static bool IsError(string line) =>
        line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Critical", StringComparison.Ordinal);

    public Uri Address => house.Address;

    public T Get<T>()
        where T : notnull => house.Get<T>();

    public static async Task<LiveClinic> Open(
        Engine engine,
        RealtimeOptions? options = null,
        StorageOptions? storage = null,
        ILoggerProvider? watcher = null,
        params ILiveCommand[] commands)
    {
        var (clock, visibility) = (new TestClock(), new TestClock { MovesTimestamps = true });
        var house = new House(engine, Plan(clock, visibility, options, watcher, commands), storage);
        await house.InitializeAsync();
        foreach (var tenant in (TenantId[])[North, South]) await house.AddTenant(tenant.Value, $"{tenant.Value} clinic");
        return new LiveClinic(house, engine, clock, visibility);
    }

    /// <summary>The same database behind a new process, as far as one can be had here.</summary>
    /// <param name="options">Of the new process.</param>
    /// <param name="watcher">Hears what it logs.</param>
    /// <param name="isKilled">The old one has no time to take leave of its clients.</param>
    public async Task<LiveClinic> Restart(RealtimeOptions? options = null, ILoggerProvider? watcher = null, bool isKilled = false)
    {
        await house.Restart(isKilled, Plan(Clock, VisibilityClock, options, watcher));
        return new LiveClinic(house, engine, Clock, VisibilityClock) { people = people };
    }

    /// <summary>Another process on the same database: on SQLite this one learns of its writes only by looking.</summary>
    public async Task<LiveClinic> Beside()
    {
        var beside = new House(engine, Plan(Clock, VisibilityClock), house.Storage);
        await beside.InitializeAsync();
        return new LiveClinic(beside, engine, Clock, VisibilityClock);
    }

    /// <summary>A new person who has signed in.</summary>
    public async Task<SignedIn> SignIn(
        Role role = Role.Provider, TenantId? tenant = null, string? patient = null, bool sensitive = false, string? id = null,
        string? practitioner = null)
    {
        var email = $"person-{Interlocked.Increment(ref people)}-{tenant ?? North}@example.org";
        var user = new NewUser(tenant ?? North, email, "Somebody", role)
        {
            Id = id,
            Patient = patient is null ? null : new PatientId(patient),
            Practitioner = practitioner,
            SeesLabels = sensitive ? Sensitivity.All : Sensitivity.None,
        };
        var added = await house.Add(user);
        return await SignInAgain(new SignedIn(added, email, role, "", "")
        {
            Tenant = user.Tenant, Patient = patient, SeesLabels = sensitive,
        });
    }

    public async Task<SignedIn> SignInAgain(SignedIn person)
    {
        var (token, session) = await house.SignIn(person.Email, person.Role, person.Tenant);
        return person with { Token = token, SessionId = session };
    }

    /// <summary>The person does something in the client.</summary>
    public Task Act(SignedIn person) => Done("POST", "/api/auth/activity", person);

    public Task SignOut(SignedIn person) => Done("POST", "/api/auth/logout", person);

    /// <summary>Removes what is older than the retention, until nothing before this position is left.</summary>
    public async Task Sweep(TenantId tenant, long kept)
    {
        var sweep = ActivatorUtilities.CreateInstance<RetentionSweep>(Get<IServiceProvider>());
        for (var waited = System.Diagnostics.Stopwatch.StartNew(); (await Get<EventLog>().Extent(tenant, default)).Oldest < kept;)
        {
            Assert.True(waited.Elapsed < SweepLimit, $"Retention did not come up to {kept}.");
            if (await sweep.SweepOnce(default) == 0) await Task.Delay(20);
        }
    }

    /// <summary>The last position of a tenant's log.</summary>
    public async Task<long> Head(TenantId? tenant = null) => (await Get<EventLog>().Extent(tenant ?? North, default)).Last;

    /// <summary>Waits until the feed has read the log to its end: whether a client is recovered is decided by what it has read.</summary>
    public async Task HasRead()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var last = await Head();
        while (await Get<Feeds>().Standing(North, limit.Token) < last) await Task.Delay(10, limit.Token);
    }

    /// <summary>
    /// Waits until so many sessions are in the feed: an answer to CONNECT comes before that, and what is not in the log is told only to
    /// those who are there.
    /// </summary>
    public async Task HasSessions(int count, TenantId? tenant = null)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (Get<Feeds>().SessionsOf(tenant ?? North).Count < count) await Task.Delay(10, limit.Token);
    }

    /// <summary>Appends one event and answers its position.</summary>
    public Task<long> Write(
        EventData data, string? patient = null, TenantId? tenant = null, bool sensitive = false, EventAudience? audience = null) =>
        Write(EventCatalogue.Of(data).Name, EventCatalogue.Serialize(data), patient, tenant, sensitive, audience ?? EventAudience.Of(data));

    public async Task<long> Write(
        string type, byte[] body, string? patient = null, TenantId? tenant = null, bool sensitive = false, EventAudience? audience = null)
    {
        var outcome = await Get<GroupCommit>().Write<long>(
            tenant ?? North,
            async (write, cancel) => await write.Append(
                new NewEvent(Get<IdSource>().NewId(), type, body)
                {
                    Patient = patient is null ? null : new PatientId(patient),
                    Labels = sensitive ? Sensitivity.Restricted : Sensitivity.None,
                    Audience = audience,
                },
                cancel),
            default);
        return outcome.Value;
    }

    /// <summary>Creates a resource through the FHIR door and answers its id.</summary>
    public async Task<string> Create(SignedIn person, string type, string json) =>
        (await Done("POST", $"/fhir/{type}", person, json))["id"].GetString()!;

    /// <summary>Writes a resource under its id through the FHIR door.</summary>
    public Task Put(SignedIn person, string type, string id, string json) => Done("PUT", $"/fhir/{type}/{id}", person, json);

    public Task Delete(SignedIn person, string type, string id) => Done("DELETE", $"/fhir/{type}/{id}", person);

    /// <summary>A direct message; the id of its thread.</summary>
    public async Task<string> WriteMessage(SignedIn from, SignedIn to)
    {
        var message = JsonSerializer.Serialize(new { recipientId = to.User.Value, content = "Hello" });
        return (await Done("POST", "/api/messages", from, message))["threadId"].GetString()!;
    }

    /// <summary>What the FHIR door answers to a read or a search.</summary>
    public async Task<JsonElement> Ask(SignedIn person, string path) =>
        JsonElement.Parse((await Done("GET", $"/fhir/{path}", person)).Text);

    /// <summary>A laboratory order: an event that most of staff sees.</summary>
    public Task<long> WriteOrder(string patient = "p1", TenantId? tenant = null, bool sensitive = false) =>
        Write(new LabOrderCreated(patient, "ServiceRequest/o1/_history/1", "o1"), patient, tenant, sensitive);

    /// <summary>Orders that commit together.</summary>
    public Task WriteAtOnce(int count, int size)
    {
        var body = EventCatalogue.Serialize(new LabOrderCreated("p1", "ServiceRequest/o1/_history/1", "o1", new string('x', size)));
        return Get<GroupCommit>().Write<long>(
            North,
            async (write, cancel) =>
            {
                var last = 0L;
                for (var number = 0; number < count; number++)
                    last = await write.Append(new(Get<IdSource>().NewId(), "lab.order.created", body), cancel);
                return last;
            },
            default).AsTask();
    }

    public ValueTask DisposeAsync() => house.DisposeAsync();

    private async Task<Answer> Done(string method, string path, SignedIn person, string? body = null)
    {
        var answer = await house.Send(method, path, person.Token, body);
        if (answer.Status is < 200 or >= 300) throw new HttpRequestException($"{method} {path}: {answer.Status} {answer.Text}");
        return answer;
    }

    private static HousePlan Plan(
        TestClock clock, TestClock visibility, RealtimeOptions? options = null, ILoggerProvider? watcher = null,
        params ILiveCommand[] commands) => new()
    {
        Clock = clock,
        Realtime = options ?? new RealtimeOptions(),
        Change = services =>
        {
            services.AddSingleton(provider => new TenantPolicies(provider.GetRequiredService<TenantSettings>(), visibility));
            // Without the events that rooms derive: the tests count positions.
            services.RemoveAll<IDeriveEvents>().RemoveAll<IObserveReads>();
            foreach (var command in commands) services.AddSingleton(command);
            foreach (var feature in commands.OfType<ILiveNamespace>()) services.AddSingleton(feature);
            services.Configure<SocketTransportOptions>(sockets => sockets.CreateBoundListenSocket = Listen);
            if (watcher is not null)
                services.AddLogging(logging => logging.AddProvider(watcher).AddFilter("Vagus.Realtime", LogLevel.Debug));
        },
    };

    /// <summary>With a bounded buffer on the way to each client, as the server has it.</summary>
    private static Socket Listen(EndPoint endpoint)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        socket.SendBufferSize = SendBufferBytes;
        return socket;
    }
}

/// <summary>A person with credentials.</summary>
internal sealed record SignedIn(UserId User, string Email, Role Role, string Token, string SessionId)
{
    public TenantId Tenant { get; init; } = LiveClinic.North;

    /// <summary>The own record of a patient.</summary>
    public string? Patient { get; init; }

    public bool SeesLabels { get; init; }
}
