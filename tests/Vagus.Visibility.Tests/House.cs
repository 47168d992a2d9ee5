using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Vagus.Access;
using Vagus.Access.Authorization;
using Vagus.Access.Sessions;
using Vagus.Access.Tenants;
using Vagus.Care;
using Vagus.Fhir;
using Vagus.Identity;
using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Realtime;
using Vagus.Storage;
using Vagus.Storage.Consuming;
using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;
using Vagus.Testing;
using Vagus.Visibility.Tests;

[assembly: AssemblyFixture(typeof(CleanLog))]
[assembly: AssemblyFixture(typeof(SqliteHouse))]
[assembly: AssemblyFixture(typeof(PostgresHouse))]

namespace Vagus.Visibility.Tests;

/// <summary>All rooms behind a real Kestrel, one per engine for the whole run: tests are kept apart by tenants.</summary>
public class House(Engine engine) : IAsyncLifetime
{
    public const string ScopesHeader = "X-Test-Scopes";
    public const string ScopePatientHeader = "X-Test-Scope-Patient";
    public const string Password = "correct horse battery staple";
    private static int tenants;
    private WebApplication? app;
    private string? folder;

    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseCookies = false, MaxConnectionsPerServer = 64 });

    public Uri Address => new(app!.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public T Get<T>()
        where T : notnull => app!.Services.GetRequiredService<T>();

    public async ValueTask InitializeAsync()
    {
        var storage = engine == Engine.Postgres
            ? new StorageOptions { Postgres = await PostgresServer.NextDatabase() }
            : new StorageOptions { DataFolder = folder = Directory.CreateTempSubdirectory("vagus-visibility-").FullName };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        ScannedLog.AddTo(builder.Logging);
        if (Environment.GetEnvironmentVariable("VAGUS_TEST_LOG") is not null) builder.Logging.AddConsole();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IdSource>();
        builder.Services.AddStorage(storage);
        builder.Services.AddAccess(new AccessOptions { RootKey = Convert.ToBase64String(new byte[32]) });
        builder.Services.AddIdentity(new IdentityOptions { PasswordIterations = 10 });
        builder.Services.AddFhir(new FhirOptions());
        // Without what tells people of events: those who listen here count what FHIR writes derive.
        builder.Services.AddCare().RemoveAll<LogConsumer>();
        // Positions come often: they tell a listener that everything is there.
        var often = TimeSpan.FromMilliseconds(50);
        builder.Services.AddRealtime(new RealtimeOptions
        {
            PositionInterval = often, PollInterval = often, MaxFramesPerSecond = 10_000, MaxSubscriptions = 2_000,
        });
        app = builder.Build();
        app.UseWebSockets();
        app.UseRouting();
        app.UseAccess();
        app.Use(BelowCeiling);
        app.MapFhir();
        app.MapCare();
        app.MapRealtime();
        app.MapIdentity();
        app.MapAccess();
        await TestDatabase.Migrate(app.Services);
        await app.StartAsync();
    }

    /// <summary>Stands for a token with scopes: the real doors, with what such a token lets through of its role's grants.</summary>
    private static Task BelowCeiling(HttpContext http, RequestDelegate next)
    {
        if (http.Request.Headers[ScopesHeader].ToString() is { Length: > 0 } scopes && http.Features.Get<Admission>() is { } admission)
        {
            var patient = new PatientId(http.Request.Headers[ScopePatientHeader].ToString());
            http.Features.Set(admission with { Ceiling = SmartScopes.Grants(scopes.Split(' '), patient).Value });
        }

        return next(http);
    }

    public async Task<Clinic> NewClinic()
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"clinic-{Interlocked.Increment(ref tenants)}");
        return new Clinic(this, (await Get<AddTenant>().Add(id, "A clinic", CancellationToken.None)).Value);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app!.StopAsync();
        await app.DisposeAsync();
        if (folder is not null) Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}

public sealed class SqliteHouse() : House(Engine.Sqlite);

public sealed class PostgresHouse() : House(Engine.Postgres);

/// <summary>A tenant of its own.</summary>
public sealed class Clinic(House house, TenantId tenant)
{
    private int people;

    public House House => house;

    public TenantId Tenant => tenant;

    public async Task<Person> Has(
        Role role, bool sensitive = false, string? patient = null, string? practitioner = null, string[]? dependants = null,
        Sensitivity? labels = null)
    {
        var seen = labels ?? (sensitive ? Sensitivity.All : Sensitivity.None);
        var email = $"person{Interlocked.Increment(ref people)}@example.org";
        var user = new NewUser(tenant, email, "Somebody", role)
        {
            Password = House.Password,
            Patient = patient is null ? null : new PatientId(patient),
            Practitioner = practitioner,
            SeesLabels = seen,
        };
        var added = (await house.Get<AddUser>().Add(user, CancellationToken.None)).Value.User;
        foreach (var dependant in dependants ?? [])
        {
            Assert.False(
                (await house.Get<ChangeUser>().GrantProxy(tenant, added, new PatientId(dependant), CancellationToken.None)).IsRefused);
        }

        var door = role == Role.Patient ? "/api/patient-portal/auth/login" : "/api/auth/login";
        using var answer = await house.Http.PostAsJsonAsync(
            new Uri(house.Address, door), new { email, password = House.Password, tenant = tenant.Value });
        answer.EnsureSuccessStatusCode();
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        var opens = labels is null ? sensitive ? "+" : "" : $"+{labels}";
        var name =
            $"{role.Name()}{opens}{(patient is null ? "" : $" of {string.Join(',', (dependants ?? []).Prepend(patient))}")}";
        return new Person(house, added, role, name, body.GetProperty("accessToken").GetString()!) { SeesLabels = seen };
    }
}

/// <summary>Somebody who has signed in.</summary>
public sealed class Person(House house, UserId user, Role role, string name, string token)
{
    public UserId User => user;

    public Role Role => role;

    public string Token => token;

    public Sensitivity SeesLabels { get; init; }

    public override string ToString() => name;

    /// <summary>Writes resources in one transaction.</summary>
    public async Task Write(params IEnumerable<string> resources)
    {
        var entries = resources.Select(resource =>
        {
            var json = JsonElement.Parse(resource);
            var url = $"{json.GetProperty("resourceType").GetString()}/{json.GetProperty("id").GetString()}";
            return $$$$"""{"resource":{{{{resource}}}},"request":{"method":"PUT","url":"{{{{url}}}}"}}""";
        });
        await Bundle("transaction", entries);
    }

    public async Task Delete(string reference, string? host = null) =>
        await Bundle("transaction", [$$$$"""{"request":{"method":"DELETE","url":"{{{{reference}}}}"}}"""], host);

    /// <summary>One transaction of entries as they are given.</summary>
    public async Task Transaction(params IEnumerable<string> entries) => await Bundle("transaction", entries);

    /// <summary>The statuses of GETs, in one batch.</summary>
    public async Task<List<(int Status, JsonElement Resource)>> ReadAll(IEnumerable<string> urls)
    {
        var answer = await Bundle("batch", urls.Select(url => $$$$"""{"request":{"method":"GET","url":"{{{{url}}}}"}}"""));
        if (!answer.TryGetProperty("entry", out var entries)) return [];
        return
        [
            .. entries.EnumerateArray().Select(entry => (
                int.Parse(entry.GetProperty("response").GetProperty("status").GetString()!, CultureInfo.InvariantCulture),
                entry.TryGetProperty("resource", out var resource) ? resource : default)),
        ];
    }

    public async Task<(int Status, JsonElement Body)> Get(string path, string? host = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(house.Address, $"/fhir/{path}"));
        request.Headers.Authorization = new("Bearer", token);
        request.Headers.Host = host;
        using var answer = await house.Http.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    private async Task<JsonElement> Bundle(string type, IEnumerable<string> entries, string? host = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(house.Address, "/fhir"));
        request.Headers.Authorization = new("Bearer", token);
        request.Headers.Host = host;
        var body = $$$$"""{"resourceType":"Bundle","type":"{{{{type}}}}","entry":[{{{{string.Join(',', entries)}}}}]}""";
        request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/fhir+json");
        using var answer = await house.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonElement.Parse(text);
    }
}
