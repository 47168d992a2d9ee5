using System.Collections.Concurrent;
using System.Globalization;
using Vagus.Access;
using Vagus.Access.Vault;
using Vagus.Identity;
using Vagus.Identity.Administration;
using Vagus.Identity.Notices;
using Vagus.Kernel;
using Vagus.Messaging.Tests;
using Vagus.Realtime;
using Vagus.Storage.Sql;
using Vagus.Testing;

[assembly: AssemblyFixture(typeof(CleanLog))]
[assembly: AssemblyFixture(typeof(SqliteHouse))]
[assembly: AssemblyFixture(typeof(PostgresHouse))]

namespace Vagus.Messaging.Tests;

/// <summary>The server, one per engine for the whole run: tests are kept apart by tenants.</summary>
/// <param name="engine">Of the database.</param>
/// <param name="plan">Of a server that a test has to itself; null: the usual one.</param>
public class House(Engine engine, HousePlan? plan = null) : Testing.House(engine, plan ?? Usual)
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(50);

    public static HousePlan Usual => new()
    {
        Access = new AccessOptions
        {
            RootKey = HousePlan.RootKey, Vault = new VaultOptions { Retention = TimeSpan.Zero, SearchBytesPerTenant = 20_000 },
        },
        Identity = new IdentityOptions { PasswordIterations = 10, Notices = new NoticeOptions { Delay = TimeSpan.FromHours(1) } },
        Messaging = new MessagingOptions { SendsPerMinute = 1_000_000, TypingLease = TimeSpan.FromSeconds(1) },
        Realtime = new RealtimeOptions { PositionInterval = Often, PollInterval = Often, MaxFramesPerSecond = 10_000 },
    };

    protected override Task LookAtRest() => AtRest.Look(this);

    public async Task<Clinic> NewClinic() => new(this, await AddTenant());
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
        var user = new NewUser(tenant, email, $"Person {number}", role)
        {
            Id = id, Patient = patient is null ? null : new PatientId(patient), Practitioner = practitioner,
        };
        var added = await house.Add(user, dependants);
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

    private async Task<Person> SignIn(UserId user, Role role) =>
        new(house, user, role, (await house.SignIn(emails[user.Value], role, tenant)).Token);
}

/// <summary>Somebody who has signed in.</summary>
public sealed class Person(House house, UserId user, Role role, string token)
{
    public string Id => user.Value;

    public Role Role => role;

    public string Token => token;

    public Task<Answer> Get(string path) => house.Send("GET", path, token);

    public Task<Answer> Post(string path, object? body = null) => house.Send("POST", path, token, AtRest.Noted(path, body));

    public Task<Answer> Put(string path, object body) => house.Send("PUT", path, token, AtRest.Noted(path, body));

    public Task<Answer> Delete(string path) => house.Send("DELETE", path, token);

    /// <summary>Uploads an attachment; its id.</summary>
    public async Task<string> Upload(string path, byte[] content, string name = "note.pdf", string type = "application/pdf") =>
        (await TryUpload(path, content, type, name)).Is(201)["id"].GetString()!;

    public async Task<Answer> TryUpload(string path, byte[] content, string type, string name = "file")
    {
        AtRest.Note(content);
        using var form = new MultipartFormDataContent();
        using var file = new ByteArrayContent(content);
        file.Headers.ContentType = new(type);
        form.Add(file, "file", name);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(house.Address, path)) { Content = form };
        request.Headers.Authorization = new("Bearer", token);
        using var answer = await house.Http.SendAsync(request);
        return new Answer((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>The bytes of what is to be had.</summary>
    public async Task<byte[]> Download(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(house.Address, path));
        request.Headers.Authorization = new("Bearer", token);
        using var answer = await house.Http.SendAsync(request);
        Assert.Equal(200, (int)answer.StatusCode);
        return await answer.Content.ReadAsByteArrayAsync();
    }
}
