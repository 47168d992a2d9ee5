using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vagus.Access;
using Vagus.Access.Tenants;
using Vagus.Events;
using Vagus.Fhir;
using Vagus.Identity;
using Vagus.Identity.Administration;
using Vagus.Identity.Mail;
using Vagus.Identity.Notices;
using Vagus.Kernel;
using Vagus.Realtime;
using Vagus.Storage;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Testing;

[assembly: AssemblyFixture(typeof(CleanLog))]

namespace Vagus.Care.Tests;

/// <summary>
/// The whole house on a free port, with a clock that the test moves and two tenants, <c>north</c> and <c>south</c>. A ward can be ended in
/// the middle of anything and opened again on the same data.
/// </summary>
internal sealed class Ward : IAsyncDisposable
{
    public const string Password = "correct horse battery staple";
    public static readonly TenantId North = new("north");
    public static readonly TenantId South = new("south");
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(12);
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseCookies = false });
    private readonly StorageOptions storage;
    private readonly string? folder;
    private readonly NoticeOptions notices;
    private readonly string mails = Directory.CreateTempSubdirectory("vagus-ward-mail-").FullName;
    private WebApplication app;
    private int people;

    private Ward(StorageOptions storage, string? folder, TestClock clock, NoticeOptions notices)
    {
        (this.storage, this.folder, Clock, this.notices) = (storage, folder, clock, notices);
        app = Build();
    }

    public TestClock Clock { get; }

    /// <summary>The mails that have left, by their addresses.</summary>
    public IReadOnlyList<string> MailsTo(string email) =>
        [.. Directory.GetFiles(mails, "*.eml").Select(File.ReadAllText).Where(mail => mail.Contains($"To: {email}", StringComparison.Ordinal))];

    public Uri Address => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public T Get<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    public static async Task<Ward> Open(Engine engine, NoticeOptions? notices = null)
    {
        string? folder = null;
        var storage = engine == Engine.Postgres
            ? new StorageOptions { Postgres = await PostgresServer.NextDatabase() }
            : new StorageOptions { DataFolder = folder = Directory.CreateTempSubdirectory("vagus-ward-").FullName };
        var ward = new Ward(storage, folder, new TestClock(), notices ?? new NoticeOptions());
        await TestDatabase.Migrate(ward.app.Services);
        await ward.app.StartAsync();
        foreach (var tenant in (TenantId[])[North, South]) await ward.Get<AddTenant>().Add(tenant.Value, "A clinic", default);
        return ward;
    }

    /// <summary>Ends the process as far as one can be ended here: nothing takes its leave. Another one begins on the same data.</summary>
    public async Task Restart()
    {
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
        app = Build();
        await TestDatabase.Migrate(app.Services);
        await app.StartAsync();
    }

    /// <summary>A member of staff, or a patient, who has signed in.</summary>
    public async Task<Signed> Has(
        Role role, TenantId? tenant = null, string? practitioner = null, string? patient = null, Sensitivity labels = Sensitivity.None)
    {
        var email = string.Create(CultureInfo.InvariantCulture, $"person{Interlocked.Increment(ref people)}@example.org");
        var user = new NewUser(tenant ?? North, email, $"Somebody {people}", role)
        {
            Password = Password,
            Practitioner = practitioner,
            Patient = patient is null ? null : new PatientId(patient),
            SeesLabels = labels,
        };
        var added = (await Get<AddUser>().Add(user, default)).Value.User;
        return await SignIn(new Signed(added.Value, email, role, tenant ?? North, ""));
    }

    /// <summary>Anew: the clock may have gone on beyond a token.</summary>
    public async Task<Signed> SignIn(Signed person)
    {
        var path = person.Role == Role.Patient ? "/api/patient-portal/auth/login" : "/api/auth/login";
        using var answer = await Http.PostAsJsonAsync(
            new Uri(Address, path), new { email = person.Email, password = Password, tenant = person.Tenant.Value });
        answer.EnsureSuccessStatusCode();
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return person with { Token = body.GetProperty("accessToken").GetString()! };
    }

    public async Task<(int Status, JsonElement Body)> Send(Signed by, string method, string path, object? body = null, string? media = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Address, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", by.Token);
        if (body is not null)
        {
            var text = body as string ?? JsonSerializer.Serialize(body);
            media ??= path.StartsWith("/fhir", StringComparison.Ordinal) ? "application/fhir+json" : "application/json";
            request.Content = new StringContent(text, Encoding.UTF8, MediaTypeHeaderValue.Parse(media));
        }

        using var answer = await Http.SendAsync(request);
        var said = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, said.Length == 0 ? default : JsonElement.Parse(said));
    }

    public async Task<JsonElement> Done(Signed by, string method, string path, object? body = null, string? media = null)
    {
        var (status, answer) = await Send(by, method, path, body, media);
        Assert.True(status is >= 200 and < 300, $"{method} {path}: {status} {(answer.ValueKind == default ? "" : answer.GetRawText())}");
        return answer;
    }

    /// <summary>The caller's alerts, the newest first.</summary>
    public async Task<List<JsonElement>> Alerts(Signed by, string query = "") =>
        [.. (await Done(by, "GET", $"/api/alerts?{query}")).GetProperty("items").EnumerateArray()];

    /// <summary>Waits until the caller has so many alerts of which this holds.</summary>
    public async Task<List<JsonElement>> AlertsWhen(Signed by, Func<List<JsonElement>, bool> isSo, string query = "")
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var now = await Alerts(by, query);
            if (isSo(now)) return now;
            Assert.True(clock.Elapsed < Limit, $"Not in time: {JsonSerializer.Serialize(now)}");
            await Task.Delay(20);
        }
    }

    public async Task<JsonElement> TheAlert(Signed by, Func<JsonElement, bool>? isSo = null) =>
        (await AlertsWhen(by, alerts => alerts.Count == 1 && isSo?.Invoke(alerts[0]) != false))[0];

    public async Task<List<LoggedEvent>> Log(TenantId? tenant = null) =>
        await Get<EventLog>().Read(tenant ?? North, 0, 10_000, default);

    public async Task<List<LoggedEvent>> LogWhen(Func<List<LoggedEvent>, bool> isSo, TenantId? tenant = null)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var log = await Log(tenant);
            if (isSo(log)) return log;
            Assert.True(clock.Elapsed < Limit, $"Not in time: {string.Join(' ', log.Select(each => each.Type))}");
            await Task.Delay(20);
        }
    }

    /// <summary>Appends an event as a rule would.</summary>
    public async Task Tell(EventData data, string patient = "p1", TenantId? tenant = null, NewEvent? like = null)
    {
        var resource = JsonElement.Parse(EventCatalogue.Serialize(data)).GetProperty("resource").GetString();
        var draft = (like ?? new NewEvent("", "", default)) with
        {
            EventId = Get<IdSource>().NewId(),
            Type = EventCatalogue.Of(data).Name,
            Body = EventCatalogue.Serialize(data),
            Patients = [new PatientId(patient)],
            Resource = resource,
        };
        Assert.False((await Get<GroupCommit>().Write<long>(
            tenant ?? North, async (write, cancel) => await write.Append(draft, cancel), default)).IsRefused);
    }

    public static LabCriticalAlert Potassium(
        string observation = "o1", decimal value = 6.5m, string? provider = "dr-7", int version = 1, string? at = null) =>
        new("p1", $"Observation/{observation}/_history/{version}", observation, "Potassium", "Severe hyperkalemia", "Canary Patient",
            new Coding("2823-3", "http://loinc.org"), value, null, "mmol/L", "HH", provider, "sr-1", "e-1", at ?? "2026-03-01T07:50:00Z");

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        if (folder is not null) Directory.Delete(folder, recursive: true);
        Directory.Delete(mails, recursive: true);
    }

    private WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        ScannedLog.AddTo(builder.Logging);
        if (Environment.GetEnvironmentVariable("VAGUS_TEST_LOG") is not null) builder.Logging.AddConsole();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<TimeProvider>(Clock);
        builder.Services.AddSingleton<IdSource>();
        builder.Services.AddStorage(storage);
        builder.Services.AddAccess(new AccessOptions { RootKey = Convert.ToBase64String(new byte[32]) });
        builder.Services.AddIdentity(new IdentityOptions
        {
            PasswordIterations = 10, Mail = new MailOptions { Folder = mails }, Notices = notices,
        });
        builder.Services.AddFhir(new FhirOptions());
        builder.Services.AddCare();
        builder.Services.AddRealtime(new RealtimeOptions());
        var built = builder.Build();
        built.UseWebSockets();
        built.UseRouting();
        built.UseAccess();
        built.MapFhir();
        built.MapCare();
        built.MapRealtime();
        built.MapIdentity();
        built.MapAccess();
        return built;
    }
}

/// <summary>Somebody with a token.</summary>
internal sealed record Signed(string User, string Email, Role Role, TenantId Tenant, string Token);
