using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vagus.Access.Tenants;
using Vagus.Identity.Administration;
using Vagus.Identity.People;
using Vagus.Kernel;
using Vagus.Server;
using Vagus.Server.Edge;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Xunit;

namespace Vagus.Testing;

/// <summary>
/// The server as it is composed for production, in this process behind a real Kestrel on a free port, on an empty database of one engine.
/// A program keeps one per engine for the whole run, with tests kept apart by tenants, or one per test.
/// </summary>
/// <param name="engine">Of the database.</param>
/// <param name="plan">What differs from the usual one.</param>
/// <param name="storage">Data that are there and stay; null: new data, which end with the house.</param>
public class House(Engine engine, HousePlan? plan = null, StorageOptions? storage = null) : IAsyncLifetime
{
    public const string Password = "correct horse battery staple";
    private static int tenants;
    private HousePlan plan = plan ?? new();
    private WebApplication? app;

    /// <summary>The folder of a SQLite database that ends with the house; null elsewhere.</summary>
    public string? Folder { get; private set; }

    public StorageOptions Storage { get; private set; } = storage ?? new();

    /// <summary>Where mails go.</summary>
    public string Mails { get; } = Directory.CreateTempSubdirectory("vagus-house-mail-").FullName;

    /// <summary>Warnings and worse.</summary>
    public RecordedLog Log { get; private set; } = new();

    public HttpClient Http { get; } = new(
        new SocketsHttpHandler { UseCookies = false, MaxConnectionsPerServer = 256 }) { Timeout = TimeSpan.FromMinutes(5) };

    public Uri Address => new(App.Urls.First());

    public WebApplication App => app ?? throw new InvalidOperationException("The house is not open yet.");

    public T Get<T>()
        where T : notnull => App.Services.GetRequiredService<T>();

    public async ValueTask InitializeAsync()
    {
        if (storage is null) await TakeNewData();
        await Open();
    }

    /// <summary>Ends the process as far as one can be ended here, and begins another one on the same data.</summary>
    /// <param name="isKilled">The old one has no time to take leave of its clients.</param>
    /// <param name="other">Of the new process; null: the same plan.</param>
    public async Task Restart(bool isKilled = true, HousePlan? other = null)
    {
        plan = other ?? plan;
        await App.StopAsync(new CancellationToken(canceled: isKilled));
        await App.DisposeAsync();
        await Open();
    }

    public async Task<TenantId> AddTenant(string? id = null, string name = "A clinic")
    {
        id ??= string.Create(CultureInfo.InvariantCulture, $"clinic-{Interlocked.Increment(ref tenants)}");
        return (await Get<AddTenant>().Add(id, name, CancellationToken.None)).Value;
    }

    /// <summary>Somebody new with the password of all, and those for whom the person acts.</summary>
    public async Task<UserId> Add(NewUser user, IEnumerable<string>? dependants = null)
    {
        var added = (await Get<AddUser>().Add(user with { Password = Password }, CancellationToken.None)).Value.User;
        foreach (var dependant in dependants ?? [])
        {
            // Who sees the whole record whatever age the patient is: many records of tests have no birth date.
            var granted = await Get<ChangeUser>().GrantProxy(
                user.Tenant, added, new PatientId(dependant), new ProxyTerms(ProxyTerms.LegalRepresentative), CancellationToken.None);
            Assert.False(granted.IsRefused);
        }

        return added;
    }

    /// <summary>At the door of the person's role.</summary>
    public async Task<Credentials> SignIn(string email, Role role, TenantId tenant)
    {
        var door = role == Role.Patient ? "/api/patient-portal/auth/login" : "/api/auth/login";
        using var answer = await Http.PostAsJsonAsync(new Uri(Address, door), new { email, password = Password, tenant = tenant.Value });
        var text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode) throw new HttpRequestException($"{email} may not sign in: {text}", inner: null, answer.StatusCode);
        var granted = JsonElement.Parse(text);
        return new Credentials(granted.GetProperty("accessToken").GetString()!, granted.GetProperty("sessionId").GetString()!);
    }

    /// <param name="body">JSON as text, or what is written as JSON.</param>
    /// <param name="media">Of the body; null: that of the path.</param>
    public async Task<Answer> Send(string method, string path, string? bearer = null, object? body = null, string? media = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Address, path));
        if (bearer is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        if (body is not null)
        {
            var text = body as string ?? JsonSerializer.Serialize(body);
            media ??= path.StartsWith("/fhir", StringComparison.Ordinal) ? "application/fhir+json" : "application/json";
            request.Content = new StringContent(text, Encoding.UTF8, MediaTypeHeaderValue.Parse(media));
        }

        using var answer = await Http.SendAsync(request);
        return new Answer((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (app is not null) await LookAtRest();
        Http.Dispose();
        if (app is not null)
        {
            await app.StopAsync();
            await app.DisposeAsync();
            app = null;
        }

        Directory.Delete(Mails, recursive: true);
        if (Folder is not null) Directory.Delete(Folder, recursive: true);
    }

    /// <summary>What a program looks at in the data of the whole run, before they end.</summary>
    protected virtual Task LookAtRest() => Task.CompletedTask;

    private async Task TakeNewData() => Storage = engine == Engine.Postgres
        ? Storage with { Postgres = await PostgresServer.NextDatabase() }
        : Storage with { DataFolder = Folder = Directory.CreateTempSubdirectory("vagus-house-").FullName };

    private async Task Open()
    {
        Log = new RecordedLog();
        app = Serving.Build(Options(), Change);
        plan.Map(app);
        await TestDatabase.Migrate(app.Services);
        await app.StartAsync();
    }

    private ServerOptions Options() => new()
    {
        Urls = ["http://127.0.0.1:0"],
        PublicUrl = null,
        BehindProxy = false,
        Production = false,
        Edge = new EdgeLimits { UnitsPerAddress = 0, UnitsPerPerson = 0, UnitsPerService = 0, UnitsPerTenant = 0 },
        Storage = Storage,
        Access = plan.Access,
        Identity = plan.Identity with { Mail = plan.Identity.Mail with { Folder = plan.Identity.Mail.Folder ?? Mails } },
        Fhir = plan.Fhir,
        Realtime = plan.Realtime,
        Messaging = plan.Messaging,
    };

    private void Change(IServiceCollection services)
    {
        services.AddSingleton(plan.Clock);
        services.AddLogging(logging =>
        {
            logging.ClearProviders().AddProvider(Log).AddFilter<RecordedLog>(category: null, LogLevel.Warning);
            ScannedLog.AddTo(logging);
            if (Environment.GetEnvironmentVariable("VAGUS_TEST_LOG") is not null) logging.AddConsole();
        });
        plan.Change(services);
    }
}

/// <summary>What a sign-in gives.</summary>
public sealed record Credentials(string Token, string SessionId);
