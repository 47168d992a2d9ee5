using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Trace;
using Vagus.Access.Tenants;
using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Server.Observing;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Server.Tests.Observing;

/// <summary>One trace leads from a client's request over the write lane to the row of the log.</summary>
public abstract class TraceTests(Engine engine)
{
    private const string Password = "a long password for tests";
    private readonly string trace = ActivityTraceId.CreateRandom().ToHexString();
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_request_its_write_and_its_event_share_the_client_s_trace()
    {
        var spans = new Spans();
        await using var server = await Start(engine, spans);

        await Create(server);

        var request = await spans.One(span => span.TraceId.ToHexString() == trace && span.Kind == ActivityKind.Server);
        var write = await spans.One(span => span.ParentSpanId == request.SpanId && span.OperationName == "write");
        var commit = await spans.One(span => span.OperationName == "commit" && span.Links.Any(link => link.Context.SpanId == write.SpanId));
        var rows = await server.Get<Vagus.Storage.Log.EventLog>().Read(new TenantId("harbor"), 0, 10, default);
        Assert.All(rows, row => Assert.Equal($"00-{trace}-{request.SpanId.ToHexString()}-01", row.TraceParent));
        Assert.Equal(engine == Engine.Postgres, spans.Any(span => span.ParentSpanId == write.SpanId && span.Source.Name == "Npgsql"));
        Assert.Equal(engine == Engine.Postgres, spans.Any(span => span.ParentSpanId == commit.SpanId && span.Source.Name == "Npgsql"));
    }

    [Fact]
    public async Task No_span_holds_an_id_of_a_patient_what_was_searched_for_or_a_credential()
    {
        var spans = new Spans();
        await using var server = await Start(engine, spans);

        var token = await Create(server);
        using var search = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, "/fhir/Patient?family=Reyes-traced"));
        search.Headers.Authorization = new("Bearer", token);
        search.Headers.Add("traceparent", $"00-{trace}-00f067aa0ba902b8-01");
        using var found = await server.Http.SendAsync(search);

        await spans.One(span => span.ParentSpanId.ToHexString() == "00f067aa0ba902b8");
        var told = spans.Where(span => span.TraceId.ToHexString() == trace).SelectMany(Words).ToList();
        Assert.All((string[])["traced-patient", "Reyes", "harbor", token], word => Assert.DoesNotContain(told, told => told.Contains(word)));
    }

    private static IEnumerable<string> Words(Activity span) =>
        [span.DisplayName, .. span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}")];

    private static async Task<TestServer> Start(Engine engine, Spans spans)
    {
        var settings = "--urls http://127.0.0.1:0";
        if (engine == Engine.Postgres) settings += $" --postgres \"{await PostgresServer.NextDatabase()}\"";
        return await TestServer.Start(settings, services => services.AddOpenTelemetry().WithTracing(traces =>
        {
            Telemetry.Trace(traces);
            traces.AddProcessor(new SimpleActivityExportProcessor(spans));
        }));
    }

    private async Task<string> Create(TestServer server)
    {
        Assert.False((await server.Get<AddTenant>().Add("harbor", "Harbor", default)).IsRefused);
        var user = new NewUser(new TenantId("harbor"), "maya@harbor.example", "Maya", Role.Provider) { Password = Password };
        Assert.False((await server.Get<AddUser>().Add(user, default)).IsRefused);
        using var signedIn = await server.Http.PostAsJsonAsync(
            new Uri(server.Address, "/api/auth/login"), new { email = "maya@harbor.example", password = Password });
        var token = (await signedIn.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accessToken").GetString()!;
        using var asked = new HttpRequestMessage(HttpMethod.Put, new Uri(server.Address, "/fhir/Patient/traced-patient"))
        {
            Content = new StringContent(
                """{"resourceType":"Patient","id":"traced-patient","name":[{"family":"Reyes-traced"}]}""",
                new MediaTypeHeaderValue("application/fhir+json")),
        };
        asked.Headers.Authorization = new("Bearer", token);
        asked.Headers.Add("traceparent", $"00-{trace}-00f067aa0ba902b7-01");
        using var answer = await server.Http.SendAsync(asked);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return token;
    }

    /// <summary>Keeps the spans of this process; those of other tests have other traces.</summary>
    private sealed class Spans : BaseExporter<Activity>
    {
        private readonly ConcurrentQueue<Activity> kept = new();

        public override ExportResult Export(in Batch<Activity> batch)
        {
            foreach (var span in batch) kept.Enqueue(span);
            return ExportResult.Success;
        }

        public bool Any(Func<Activity, bool> which) => kept.Any(which);

        public IEnumerable<Activity> Where(Func<Activity, bool> which) => kept.Where(which);

        public async Task<Activity> One(Func<Activity, bool> which)
        {
            using var limit = new CancellationTokenSource(Limit);
            while (!kept.Any(which))
            {
                Assert.False(limit.IsCancellationRequested, "The span did not end.");
                await Task.Delay(20);
            }

            return kept.First(which);
        }
    }
}

public sealed class TraceOnSqlite() : TraceTests(Engine.Sqlite);

public sealed class TraceOnPostgres() : TraceTests(Engine.Postgres);
