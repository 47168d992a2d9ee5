using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Authorization;
using Vagus.Access.Sessions;
using Vagus.Fhir;
using Vagus.Identity;
using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Realtime;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;
using Vagus.Testing;
using Vagus.Visibility.Tests;

[assembly: AssemblyFixture(typeof(CleanLog))]
[assembly: AssemblyFixture(typeof(SqliteHouse))]
[assembly: AssemblyFixture(typeof(PostgresHouse))]

namespace Vagus.Visibility.Tests;

/// <summary>The server, one per engine for the whole run: tests are kept apart by tenants.</summary>
/// <param name="engine">Its database.</param>
/// <param name="keepsConsumers">The server makes of records what it makes of them: alerts, notifications, events.</param>
public class House(Engine engine, bool keepsConsumers = false) : Testing.House(engine, PlanOf(keepsConsumers))
{
    public const string ScopesHeader = "X-Test-Scopes";
    public const string ScopePatientHeader = "X-Test-Scope-Patient";
    public const string ScopeAppHeader = "X-Test-Scope-App";
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(50);

    private static HousePlan PlanOf(bool keepsConsumers) => new()
    {
        // Positions come often: they tell a listener that everything is there.
        Realtime = new RealtimeOptions
        {
            PositionInterval = Often, PollInterval = Often, MaxFramesPerSecond = 10_000, MaxSubscriptions = 2_000,
            MaxSearchesOfUser = 20_000,
        },
        // The matrix follows every type without a filter.
        Fhir = new FhirOptions { BroadSubscriptions = 10_000 },
        // The matrix asks for many minutes on a slow machine.
        Identity = new IdentityOptions { PasswordIterations = 10, AccessTokenLifetime = TimeSpan.FromHours(1) },
        Change = keepsConsumers ? Authorize : static services =>
        {
            Authorize(services);
            RemoveConsumers(services);
        },
        Map = app => app.Use(BelowCeiling),
    };

    /// <summary>The applications that stand behind scopes here are registered nowhere, and may always act.</summary>
    private static void Authorize(IServiceCollection services) => services.AddSingleton<IFindAuthorizations, Authorized>();

    /// <summary>
    /// Those that make events: who listens here counts what FHIR writes derive. The numbers of subscriptions make none.
    /// </summary>
    private static void RemoveConsumers(IServiceCollection services)
    {
        foreach (var consumer in services.Where(each => each.ServiceType == typeof(LogConsumer)).ToList())
            if (consumer.ImplementationType?.Name != "NumberEvents") services.Remove(consumer);
    }

    public async Task<Clinic> NewClinic() => new(this, await AddTenant());

    /// <summary>Stands for a token with scopes: the real doors, with what such a token lets through of its role's grants.</summary>
    private static Task BelowCeiling(HttpContext http, RequestDelegate next)
    {
        if (http.Request.Headers[ScopesHeader].ToString() is { Length: > 0 } scopes && http.Features.Get<Admission>() is { } admission)
        {
            var patient = new PatientId(http.Request.Headers[ScopePatientHeader].ToString());
            var app = new ActingApp(http.Request.Headers[ScopeAppHeader].ToString(), scopes, patient.Value.Length == 0 ? null : patient);
            http.Features.Set(admission with
            {
                Caller = admission.Caller with { App = app }, Ceiling = SmartScopes.Grants(scopes.Split(' '), patient).Value,
            });
        }

        return next(http);
    }

    private sealed class Authorized : IFindAuthorizations
    {
        public ValueTask<IReadOnlySet<AppAuthorization>> Holding(
            TenantId tenant, IReadOnlyCollection<AppAuthorization> asked, CancellationToken cancel) =>
            ValueTask.FromResult<IReadOnlySet<AppAuthorization>>(asked.ToHashSet());
    }
}

public sealed class SqliteHouse() : House(Engine.Sqlite);

public sealed class PostgresHouse() : House(Engine.Postgres);

public sealed class SqliteWholeHouse() : House(Engine.Sqlite, keepsConsumers: true);

public sealed class PostgresWholeHouse() : House(Engine.Postgres, keepsConsumers: true);

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
            Patient = patient is null ? null : new PatientId(patient),
            Practitioner = practitioner,
            SeesLabels = seen,
        };
        var added = await house.Add(user, dependants);
        var (token, _) = await house.SignIn(email, role, tenant);
        var opens = labels is null ? sensitive ? "+" : "" : $"+{labels}";
        var name =
            $"{role.Name()}{opens}{(patient is null ? "" : $" of {string.Join(',', (dependants ?? []).Prepend(patient))}")}";
        return new Person(house, added, role, name, token) { SeesLabels = seen };
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

    /// <summary>What any door answers, whatever its status.</summary>
    public async Task<string> Text(string door) => (await house.Send("GET", door, token)).Text;

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
