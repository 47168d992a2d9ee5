using System.Globalization;
using System.Text.Json;
using Vagus.Events;
using Vagus.Identity;
using Vagus.Identity.Administration;
using Vagus.Identity.Notices;
using Vagus.Kernel;
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
    public static readonly TenantId North = new("north");
    public static readonly TenantId South = new("south");
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly House house;
    private bool isClosed;
    private int people;

    private Ward(House house, TestClock clock) => (this.house, Clock) = (house, clock);

    public TestClock Clock { get; }

    /// <summary>The mails that have left, by their addresses.</summary>
    public IReadOnlyList<string> MailsTo(string email) =>
    [
        .. Directory.GetFiles(house.Mails, "*.eml").Select(File.ReadAllText)
            .Where(mail => mail.Contains($"To: {email}", StringComparison.Ordinal)),
    ];

    public Uri Address => house.Address;

    public T Get<T>()
        where T : notnull => house.Get<T>();

    public static async Task<Ward> Open(Engine engine, NoticeOptions? notices = null)
    {
        var clock = new TestClock();
        var identity = new IdentityOptions { PasswordIterations = 10, Notices = notices ?? new NoticeOptions() };
        var ward = new Ward(new House(engine, new HousePlan { Clock = clock, Identity = identity }), clock);
        await ward.house.InitializeAsync();
        foreach (var tenant in (TenantId[])[North, South]) await ward.house.AddTenant(tenant.Value);
        return ward;
    }

    /// <summary>Ends the process as far as one can be ended here: nothing takes its leave. Another one begins on the same data.</summary>
    public Task Restart() => house.Restart();

    /// <summary>Another node on the same PostgreSQL, whose clock differs by so much.</summary>
    public async Task<Ward> Beside(TimeSpan ahead)
    {
        var clock = new TestClock();
        clock.Advance(Clock.GetUtcNow() - clock.GetUtcNow() + ahead);
        var beside = new Ward(new House(Engine.Postgres, new HousePlan { Clock = clock }, house.Storage), clock);
        await beside.house.InitializeAsync();
        return beside;
    }

    /// <summary>A member of staff, or a patient, who has signed in.</summary>
    public async Task<Signed> Has(
        Role role, TenantId? tenant = null, string? practitioner = null, string? patient = null, Sensitivity labels = Sensitivity.None)
    {
        var email = string.Create(CultureInfo.InvariantCulture, $"person{Interlocked.Increment(ref people)}@example.org");
        var user = new NewUser(tenant ?? North, email, $"Somebody {people}", role)
        {
            Practitioner = practitioner,
            Patient = patient is null ? null : new PatientId(patient),
            SeesLabels = labels,
        };
        var added = await house.Add(user);
        return await SignIn(new Signed(added.Value, email, role, tenant ?? North, ""));
    }

    /// <summary>Anew: the clock may have gone on beyond a token.</summary>
    public async Task<Signed> SignIn(Signed person) =>
        person with { Token = (await house.SignIn(person.Email, person.Role, person.Tenant)).Token };

    public async Task<(int Status, JsonElement Body)> Send(Signed by, string method, string path, object? body = null, string? media = null)
    {
        var (status, text) = await house.Send(method, path, by.Token, body, media);
        return (status, text.Length == 0 ? default : JsonElement.Parse(text));
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

    /// <summary>Its end; a node may leave before its test does.</summary>
    public async ValueTask DisposeAsync()
    {
        if (isClosed) return;
        isClosed = true;
        await house.DisposeAsync();
    }
}

/// <summary>Somebody with a token.</summary>
internal sealed record Signed(string User, string Email, Role Role, TenantId Tenant, string Token);
