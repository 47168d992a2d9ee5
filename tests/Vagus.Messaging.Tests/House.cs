using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vagus.Access;
using Vagus.Access.Tenants;
using Vagus.Care;
using Vagus.Fhir;
using Vagus.Identity;
using Vagus.Identity.Administration;
using Vagus.Identity.Mail;
using Vagus.Identity.Notices;
using Vagus.Kernel;
using Vagus.Messaging.Tests;
using Vagus.Realtime;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Testing;

[assembly: AssemblyFixture(typeof(CleanLog))]
[assembly: AssemblyFixture(typeof(SqliteHouse))]
[assembly: AssemblyFixture(typeof(PostgresHouse))]

namespace Vagus.Messaging.Tests;

/// <summary>All rooms behind a real Kestrel, one per engine for the whole run: tests are kept apart by tenants.</summary>
public class House(Engine engine) : IAsyncLifetime
{
    public const string Password = "correct horse battery staple";
    private static int tenants;
    private WebApplication? app;

    public string? Folder { get; private set; }

    public StorageOptions Storage { get; private set; } = new();

    public RecordedLog Log { get; } = new();

    /// <summary>Where mails go.</summary>
    public string Mails { get; } = Directory.CreateTempSubdirectory("vagus-messaging-mail-").FullName;

    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseCookies = false, MaxConnectionsPerServer = 64 });

    public Uri Address => new(app!.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public T Get<T>()
        where T : notnull => app!.Services.GetRequiredService<T>();

    public async ValueTask InitializeAsync()
    {
        Storage = engine == Engine.Postgres
            ? new StorageOptions { Postgres = await PostgresServer.NextDatabase() }
            : new StorageOptions { DataFolder = Folder = Directory.CreateTempSubdirectory("vagus-messaging-").FullName };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(Log).SetMinimumLevel(LogLevel.Warning);
        ScannedLog.AddTo(builder.Logging);
        if (Environment.GetEnvironmentVariable("VAGUS_TEST_LOG") is not null) builder.Logging.AddConsole();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IdSource>();
        builder.Services.AddStorage(Storage);
        builder.Services.AddAccess(new AccessOptions { RootKey = Convert.ToBase64String(new byte[32]) });
        builder.Services.AddIdentity(new IdentityOptions
        {
            PasswordIterations = 10,
            Mail = new MailOptions { Folder = Mails },
            Notices = new NoticeOptions { Delay = TimeSpan.FromHours(1) },
        });
        builder.Services.AddFhir(new FhirOptions());
        builder.Services.AddCare();
        builder.Services.AddMessaging(new MessagingOptions { SendsPerMinute = 1_000_000, TypingLease = TimeSpan.FromSeconds(1) });
        var often = TimeSpan.FromMilliseconds(50);
        builder.Services.AddRealtime(new RealtimeOptions { PositionInterval = often, PollInterval = often, MaxFramesPerSecond = 10_000 });
        app = builder.Build();
        app.UseWebSockets();
        app.UseRouting();
        app.UseAccess();
        app.MapFhir();
        app.MapCare();
        app.MapRealtime();
        app.MapMessaging();
        app.MapIdentity();
        app.MapAccess();
        await TestDatabase.Migrate(app.Services);
        await app.StartAsync();
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
        if (Folder is not null) Directory.Delete(Folder, recursive: true);
        Directory.Delete(Mails, recursive: true);
        GC.SuppressFinalize(this);
    }
}

public sealed class SqliteHouse() : House(Engine.Sqlite);

public sealed class PostgresHouse() : House(Engine.Postgres);

/// <summary>A tenant of its own.</summary>
public sealed class Clinic(House house, TenantId tenant)
{
    private readonly ConcurrentDictionary<string, string> emails = new(StringComparer.Ordinal);
    private int people;

    public House House => house;

    public TenantId Tenant => tenant;

    /// <summary>Somebody new who has signed in; a patient gets a record first.</summary>
    public async Task<Person> Has(
        Role role, string? id = null, string? patient = null, string? practitioner = null, string[]? dependants = null)
    {
        var number = Interlocked.Increment(ref people);
        var email = string.Create(CultureInfo.InvariantCulture, $"person{number}@{tenant.Value}.example");
        var added = (await house.Get<AddUser>().Add(
            new NewUser(tenant, email, $"Person {number}", role)
            {
                Id = id,
                Password = House.Password,
                Patient = patient is null ? null : new PatientId(patient),
                Practitioner = practitioner,
            },
            CancellationToken.None)).Value.User;
        foreach (var dependant in dependants ?? [])
            Assert.False((await house.Get<ChangeUser>().GrantProxy(tenant, added, new PatientId(dependant), default)).IsRefused);
        emails[added.Value] = email;
        return await SignIn(added, role);
    }

    /// <summary>The same person in a new session: a change of rights ends those of before.</summary>
    public Task<Person> SignInAgain(Person person) => SignIn(new UserId(person.Id), person.Role);

    /// <summary>Records of patients, written by a provider.</summary>
    public async Task<Person> HasPatients(params string[] ids)
    {
        var provider = await Has(Role.Provider, practitioner: "dr-1");
        foreach (var id in ids)
        {
            (await provider.Put($"/fhir/Patient/{id}", new
            {
                resourceType = "Patient", id, birthDate = "1980-02-28", name = new[] { new { family = "Doe", given = new[] { id } } },
            })).Is(201);
        }

        return provider;
    }

    private async Task<Person> SignIn(UserId user, Role role)
    {
        var door = role == Role.Patient ? "/api/patient-portal/auth/login" : "/api/auth/login";
        using var answer = await house.Http.PostAsJsonAsync(
            new Uri(house.Address, door), new { email = emails[user.Value], password = House.Password, tenant = tenant.Value });
        answer.EnsureSuccessStatusCode();
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return new Person(house, user, role, body.GetProperty("accessToken").GetString()!);
    }
}

/// <summary>Somebody who has signed in.</summary>
public sealed class Person(House house, UserId user, Role role, string token)
{
    public string Id => user.Value;

    public Role Role => role;

    public string Token => token;

    public Task<Answer> Get(string path) => Send(HttpMethod.Get, path, null);

    public Task<Answer> Post(string path, object? body = null) => Send(HttpMethod.Post, path, body);

    public Task<Answer> Put(string path, object body) => Send(HttpMethod.Put, path, body);

    public Task<Answer> Delete(string path) => Send(HttpMethod.Delete, path, null);

    /// <summary>Uploads an attachment; its id.</summary>
    public async Task<string> Upload(string path, byte[] content, string name = "note.pdf", string type = "application/pdf")
    {
        using var form = new MultipartFormDataContent();
        using var file = new ByteArrayContent(content);
        file.Headers.ContentType = new(type);
        form.Add(file, "file", name);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(house.Address, path)) { Content = form };
        request.Headers.Authorization = new("Bearer", token);
        using var answer = await house.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonElement.Parse(text).GetProperty("id").GetString()!;
    }

    private async Task<Answer> Send(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, new Uri(house.Address, path));
        request.Headers.Authorization = new("Bearer", token);
        if (body is not null)
        {
            var text = body as string ?? JsonSerializer.Serialize(body);
            var media = path.StartsWith("/fhir", StringComparison.Ordinal) ? "application/fhir+json" : "application/json";
            request.Content = new StringContent(text, System.Text.Encoding.UTF8, media);
        }

        using var answer = await house.Http.SendAsync(request);
        return new Answer((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}

/// <summary>What the server answered.</summary>
public sealed record Answer(int Status, string Text)
{
    public JsonElement Json => JsonElement.Parse(Text);

    public JsonElement this[string name] => Json.GetProperty(name);

    public Answer Is(int status)
    {
        Assert.True(status == Status, $"{Status}: {Text}");
        return this;
    }

    public void IsRefused(int status, string code)
    {
        Is(status);
        Assert.Equal(code, this["code"].GetString());
    }
}
