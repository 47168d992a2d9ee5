using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Vagus.Access;
using Vagus.Access.Tenants;
using Vagus.Access.Visibility;
using Vagus.Care;
using Vagus.Events;
using Vagus.Fhir;
using Vagus.Fhir.Deriving;
using Vagus.Identity;
using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Log;
using Vagus.Storage.Migrations;
using Vagus.Storage.Writing;
using Vagus.Testing;

namespace Vagus.Realtime.Tests;

/// <summary>
/// A server with two tenants, <c>north</c> and <c>south</c>, behind a real Kestrel on a free port. Events are written straight into the
/// log.
/// </summary>
internal sealed class LiveClinic : IAsyncDisposable
{
    /// <summary>What the system buffers on the way to a client; Linux doubles it.</summary>
    public const int SendBufferBytes = 128 * 1024;

    public const string Password = "correct horse battery staple";
    public static readonly TenantId North = new("north");
    public static readonly TenantId South = new("south");
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseCookies = false });
    private readonly WebApplication app;
    private readonly StorageOptions storage;
    private readonly string? folder;
    private int people;

    private LiveClinic(
        WebApplication app, StorageOptions storage, string? folder, (TestClock Clock, TestClock Visibility) clocks, RecordedLog log) =>
        (this.app, this.storage, this.folder, Clock, VisibilityClock, Log) = (app, storage, folder, clocks.Clock, clocks.Visibility, log);

    public TestClock Clock { get; }

    /// <summary>By which the server's knowledge of the setting <c>visibility</c> grows old.</summary>
    public TestClock VisibilityClock { get; }

    public RecordedLog Log { get; }

    public IEnumerable<string> Errors => Log.Lines.Where(IsError);

    private static bool IsError(string line) =>
        line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Critical", StringComparison.Ordinal);

    public Uri Address => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public T Get<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    public static async Task<LiveClinic> Open(
        Engine engine,
        RealtimeOptions? options = null,
        StorageOptions? storage = null,
        ILoggerProvider? watcher = null,
        params ILiveCommand[] commands)
    {
        string? folder = null;
        if (storage is null && engine == Engine.Postgres) storage = new StorageOptions { Postgres = await PostgresServer.NextDatabase() };
        storage ??= new StorageOptions { DataFolder = folder = Directory.CreateTempSubdirectory("vagus-live-").FullName };
        var clocks = (new TestClock(), new TestClock { MovesTimestamps = true });
        var clinic = await Start(storage, folder, clocks, options ?? new RealtimeOptions(), watcher, commands);
        await clinic.Get<AddTenant>().Add(North.Value, "North clinic", default);
        await clinic.Get<AddTenant>().Add(South.Value, "South clinic", default);
        return clinic;
    }

    /// <summary>The same database behind a new process, as far as one can be had here.</summary>
    /// <param name="options">Of the new process.</param>
    /// <param name="watcher">Hears what it logs.</param>
    /// <param name="isKilled">The old one has no time to take leave of its clients.</param>
    public async Task<LiveClinic> Restart(RealtimeOptions? options = null, ILoggerProvider? watcher = null, bool isKilled = false)
    {
        await app.StopAsync(new CancellationToken(canceled: isKilled));
        await app.DisposeAsync();
        var again = await Start(storage, folder, (Clock, VisibilityClock), options ?? new RealtimeOptions(), watcher);
        again.people = people;
        return again;
    }

    /// <summary>Another process on the same database: on SQLite this one learns of its writes only by looking.</summary>
    public Task<LiveClinic> Beside() => Start(storage, folder: null, (Clock, VisibilityClock), new RealtimeOptions(), watcher: null);

    /// <summary>A new person who has signed in.</summary>
    public async Task<SignedIn> SignIn(
        Role role = Role.Provider, TenantId? tenant = null, string? patient = null, bool sensitive = false, string? id = null,
        string? practitioner = null)
    {
        var email = $"person-{Interlocked.Increment(ref people)}-{tenant ?? North}@example.org";
        var user = new NewUser(tenant ?? North, email, "Somebody", role)
        {
            Id = id,
            Password = Password,
            Patient = patient is null ? null : new PatientId(patient),
            Practitioner = practitioner,
            SeesLabels = sensitive ? Sensitivity.All : Sensitivity.None,
        };
        var added = (await Get<AddUser>().Add(user, default)).Value;
        return await SignInAgain(new SignedIn(added.User, email, role, "", "") { Patient = patient, SeesLabels = sensitive });
    }

    public async Task<SignedIn> SignInAgain(SignedIn person)
    {
        var path = person.Role == Role.Patient ? "/api/patient-portal/auth/login" : "/api/auth/login";
        using var answer = await Http.PostAsJsonAsync(new Uri(Address, path), new { email = person.Email, password = Password });
        answer.EnsureSuccessStatusCode();
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return person with { Token = body.GetProperty("accessToken").GetString()!, SessionId = body.GetProperty("sessionId").GetString()! };
    }

    /// <summary>The person does something in the client.</summary>
    public async Task Act(SignedIn person)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, "/api/auth/activity"));
        request.Headers.Authorization = new("Bearer", person.Token);
        using var answer = await Http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    public async Task SignOut(SignedIn person)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, "/api/auth/logout"));
        request.Headers.Authorization = new("Bearer", person.Token);
        using var answer = await Http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>The last position of a tenant's log.</summary>
    public async Task<long> Head(TenantId? tenant = null) => (await Get<EventLog>().Extent(tenant ?? North, default)).Last;

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
    public async Task<string> Create(SignedIn person, string type, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, $"/fhir/{type}"));
        request.Headers.Authorization = new("Bearer", person.Token);
        request.Content = new StringContent(json, System.Text.Encoding.UTF8, "application/fhir+json");
        using var answer = await Http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    /// <summary>Writes a resource under its id through the FHIR door.</summary>
    public async Task Put(SignedIn person, string type, string id, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(Address, $"/fhir/{type}/{id}"));
        request.Headers.Authorization = new("Bearer", person.Token);
        request.Content = new StringContent(json, System.Text.Encoding.UTF8, "application/fhir+json");
        using var answer = await Http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    public async Task Delete(SignedIn person, string type, string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, new Uri(Address, $"/fhir/{type}/{id}"));
        request.Headers.Authorization = new("Bearer", person.Token);
        using var answer = await Http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>What the FHIR door answers to a read or a search.</summary>
    public async Task<JsonElement> Ask(SignedIn person, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address, $"/fhir/{path}"));
        request.Headers.Authorization = new("Bearer", person.Token);
        using var answer = await Http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

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

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        if (folder is not null) Directory.Delete(folder, recursive: true);
    }

    private static async Task<LiveClinic> Start(
        StorageOptions storage,
        string? folder,
        (TestClock Clock, TestClock Visibility) clocks,
        RealtimeOptions options,
        ILoggerProvider? watcher,
        params ILiveCommand[] commands)
    {
        var builder = WebApplication.CreateSlimBuilder();
        var log = new RecordedLog();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Warning);
        ScannedLog.AddTo(builder.Logging);
        if (Environment.GetEnvironmentVariable("VAGUS_TEST_LOG") is not null) builder.Logging.AddConsole();
        if (watcher is not null) builder.Logging.AddProvider(watcher).AddFilter("Vagus.Realtime", LogLevel.Debug);
        builder.WebHost.UseUrls("http://127.0.0.1:0").UseSockets(sockets => sockets.CreateBoundListenSocket = Listen);
        builder.Services.AddSingleton<TimeProvider>(clocks.Clock);
        builder.Services.AddSingleton<IdSource>();
        builder.Services.AddStorage(storage);
        builder.Services.AddAccess(new AccessOptions { RootKey = Convert.ToBase64String(new byte[32]) });
        builder.Services.AddIdentity(new IdentityOptions { PasswordIterations = 10 });
        builder.Services.AddFhir(new FhirOptions());
        builder.Services.AddSingleton(services => new TenantPolicies(services.GetRequiredService<TenantSettings>(), clocks.Visibility));
        // What Care answers, without the events that it derives: the tests count positions.
        builder.Services.AddCare().RemoveAll<IDeriveEvents>().RemoveAll<IObserveReads>();
        foreach (var command in commands) builder.Services.AddSingleton(command);
        builder.Services.AddRealtime(options);
        var app = builder.Build();
        app.UseWebSockets();
        app.UseAccess();
        app.MapIdentity();
        app.MapAccess();
        app.MapFhir();
        app.MapCare();
        app.MapRealtime();
        await TestDatabase.Migrate(app.Services);
        await app.StartAsync();
        return new LiveClinic(app, storage, folder, clocks, log);
    }

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
    /// <summary>The own record of a patient.</summary>
    public string? Patient { get; init; }

    public bool SeesLabels { get; init; }
}
