using System.Globalization;
using System.Text;
using System.Text.Json;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Fhir.Api.Tests.Input;

/// <summary>
/// Texts bent at random at every HTTP door: none makes the server fail, each refusal is in the door's own form, and nothing is logged as
/// an error. The seed is printed; VAGUS_FUZZ_SEED chooses another, VAGUS_FUZZ_ROUNDS more of them.
/// </summary>
public abstract class FuzzTests(Engine engine, ITestOutputHelper output) : IAsyncLifetime
{
    private readonly FhirServer server = new(engine);
    private readonly int seed = Number("VAGUS_FUZZ_SEED", 20261126);
    private readonly int rounds = Number("VAGUS_FUZZ_ROUNDS", 400);

    public async ValueTask InitializeAsync()
    {
        await server.InitializeAsync();
        output.WriteLine($"seed {seed}, {rounds} rounds");
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Resources()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var nasty = new NastyJson(seed);

        await Repeat(async round =>
        {
            var body = nasty.Next(Documents.Resources);
            var type = Documents.Types[round % Documents.Types.Length];
            var answer = round % 3 == 0
                ? await provider.Send(HttpMethod.Put, $"/fhir/{type}/x", body)
                : await provider.Send(HttpMethod.Post, $"/fhir/{type}", body);
            return (answer, body);
        });
    }

    [Fact]
    public async Task Bundles()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var nasty = new NastyJson(seed);

        await Repeat(async _ =>
        {
            var body = nasty.Next(Documents.Bundles);
            return (await provider.Send(HttpMethod.Post, "/fhir/", body), body);
        });
    }

    [Fact]
    public async Task Search_parameters_in_the_address_and_in_forms()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/x", Sample.Patient("X", "x"))).Is(201);
        var nasty = new NastyQuery(seed);

        await Repeat(async round =>
        {
            var query = nasty.Next();
            var answer = (round % 4) switch
            {
                0 => await provider.Search("Patient", query),
                1 => await provider.Raw("/fhir/Observation", query),
                2 => await provider.Raw("/fhir/Patient/x/_history", query),
                _ => await provider.Raw("/fhir/Patient", query),
            };
            return (answer, Encoding.UTF8.GetBytes(query));
        });
    }

    [Fact]
    public async Task Headers()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/x", Sample.Patient("X", "x"))).Is(201);
        var nasty = new NastyQuery(seed);
        string[] names = ["If-Match", "If-None-Match", "If-None-Exist", "Prefer", "Accept", "Content-Type", "Content-Encoding",
            "If-Modified-Since", "User-Agent"];

        await Repeat(async round =>
        {
            var (name, value) = (names[round % names.Length], nasty.Header());
            var method = (round % 4) switch { 0 => HttpMethod.Get, 1 => HttpMethod.Delete, _ => HttpMethod.Put };
            var body = method == HttpMethod.Put ? Encoding.UTF8.GetBytes(Sample.Patient("X", "x")) : null;
            var answer = await provider.Send(method, "/fhir/Patient/x", body, request => Set(request, name, value));
            return (answer, Encoding.UTF8.GetBytes($"{name}: {value}"));
        });
    }

    [Fact]
    public async Task Signing_in_refreshing_and_signing_out()
    {
        var clinic = await Clinic.Open(server);
        var anybody = new Person(server, token: null);
        var nasty = new NastyJson(seed);
        string[] doors = ["login", "refresh", "logout"];

        await Repeat(async round =>
        {
            // An address of its own for each round: guessing is slowed down by address.
            var login = string.Create(
                CultureInfo.InvariantCulture,
                $$"""{"email":"p{{round}}@example.org","password":"{{Clinic.Password}}","tenant":"{{clinic.Tenant.Value}}"}""");
            var body = nasty.Next(login, """{"refreshToken":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}""");
            var door = round % 2 == 0 ? "/api/auth" : "/api/patient-portal/auth";
            var answer = await anybody.Send(
                HttpMethod.Post, $"{door}/{doors[round % 3]}", body, request =>
                request.Content!.Headers.ContentType!.MediaType = "application/json");
            return (answer, body);
        });
    }

    [Fact]
    public async Task A_long_header_is_not_cut_within_a_character()
    {
        var clinic = await Clinic.Open(server);
        await clinic.Provider();
        using var http = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 });

        for (var length = 192; length < 202; length++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, "/api/auth/login"));
            request.Headers.TryAddWithoutValidation("User-Agent", new string('a', length) + string.Concat(Enumerable.Repeat("😀", 4)));
            request.Content = new StringContent(
                $$"""{"email":"person1@example.org","password":"{{Clinic.Password}}","tenant":"{{clinic.Tenant.Value}}"}""", Encoding.UTF8,
                "application/json");
            using var response = await http.SendAsync(request);
            Assert.True((int)response.StatusCode < 500, $"{length}: {response.StatusCode}");
        }

        Assert.Empty(server.Errors);
    }

    private async Task Repeat(Func<int, Task<(Answer Answer, byte[] Sent)>> send)
    {
        for (var round = 0; round < rounds; round++)
        {
            var (answer, sent) = await send(round);
            var what = $"seed {seed}, round {round}: {answer.Status} for {Shown(sent)}: {answer.Text}";
            Assert.True(answer.Status < 500, what);
            // 414 is Kestrel's own, before any door of ours.
            Assert.True(answer.Status is < 400 or 414 || IsRefusal(answer), what);
            Assert.True(server.Errors.Count == 0, $"{what}\n{string.Join('\n', server.Errors)}");
        }
    }

    private static bool IsRefusal(Answer answer) => answer.ContentHeaders.ContentType?.MediaType switch
    {
        "application/fhir+json" => answer.Json.GetProperty("resourceType").GetString() == "OperationOutcome",
        "application/problem+json" => answer.Json.GetProperty("code").ValueKind == JsonValueKind.String,
        _ => false,
    };

    private static void Set(HttpRequestMessage request, string name, string value)
    {
        if (name.StartsWith("Content-", StringComparison.Ordinal))
        {
            request.Content?.Headers.Remove(name);
            request.Content?.Headers.TryAddWithoutValidation(name, value);
            return;
        }

        request.Headers.TryAddWithoutValidation(name, value);
    }

    private static string Shown(byte[] sent) => sent.Length > 4_000 ? $"{sent.Length} bytes" : Convert.ToBase64String(sent);

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}

public sealed class FuzzOnSqlite(ITestOutputHelper output) : FuzzTests(Engine.Sqlite, output);

public sealed class FuzzOnPostgres(ITestOutputHelper output) : FuzzTests(Engine.Postgres, output);
