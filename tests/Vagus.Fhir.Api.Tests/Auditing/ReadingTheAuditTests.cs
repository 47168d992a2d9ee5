using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Vagus.Kernel;

namespace Vagus.Fhir.Api.Tests.Auditing;

/// <summary><c>GET /api/audit</c>: who may, what is found, and that it can be proved.</summary>
public abstract class ReadingTheAuditTests(FhirServer server)
{
    private const string Canary = "Kanarienvogel";

    [Fact]
    public async Task Each_filter_finds_its_entries_and_no_others()
    {
        var (clinic, provider, admin) = await Open();
        (await provider.Put("Patient/p1", Sample.Patient(Canary, "p1"))).Is(201);
        (await provider.Put("Observation/o1", Sample.Observation("Patient/p1", id: "o1"))).Is(201);
        (await provider.Get("Patient/none")).Is(404);
        var between = await NextMillisecond();
        (await provider.Get($"Patient?family={Canary}")).Is(200);
        var user = (await AuditedAccess.Of(clinic)).Last(entry => entry.Text("role") == "provider").Text("user");

        Assert.Equal(
            ["search-type Patient", "read Patient/none", "create Observation/o1/_history/1", "create Patient/p1/_history/1"],
            await Lines(admin, $"user={user}", except: "sign-in"));
        Assert.Equal(
            ["search-type Patient", "create Observation/o1/_history/1", "create Patient/p1/_history/1"], await Lines(admin, "patientId=p1"));
        Assert.Equal(
            ["search-type Patient", "create Patient/p1/_history/1"], await Lines(admin, "resource=Patient/p1", except: "audit-read"));
        Assert.Equal(["create Observation/o1/_history/1"], await Lines(admin, "action=create&resource=Observation/o1"));
        Assert.Equal(["read Patient/none"], await Lines(admin, "outcome=4"));
        Assert.Equal(
            ["search-type Patient"], await Lines(admin, $"patientId=p1&from={Uri.EscapeDataString(between.ToString("O", CultureInfo.InvariantCulture))}", except: "audit-read"));
        var search = (await Read(admin, "action=search-type")).GetProperty("items")[0];
        Assert.Equal($"family={Canary}", search.GetProperty("query").GetString());
    }

    [Fact]
    public async Task A_search_over_more_than_one_bundle_is_exact_and_its_pages_have_no_hole()
    {
        var (_, provider, admin) = await Open();
        (await provider.Put("Patient/p1", Sample.Patient(Canary, "p1"))).Is(201);
        (await provider.Put("Patient/p2", Sample.Patient("Other", "p2"))).Is(201);
        for (var round = 0; round < 3; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 250).Select(_ => provider.Get("Patient/p2")));
            (await provider.Get("Patient/p1")).Is(200);
        }

        var found = new List<long>();
        var cursor = "";
        do
        {
            var page = await Read(admin, $"patientId=p1&action=read&limit=2{cursor}");
            found.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("index").GetInt64()));
            cursor = page.GetProperty("nextCursor").GetString() is { } next ? $"&cursor={next}" : "";
        }
        while (cursor.Length > 0);

        Assert.Equal(3, found.Count);
        Assert.Equal(found.OrderDescending(), found);
        var all = await Read(admin, "patientId=p2&action=read&limit=200");
        Assert.Equal(200, all.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task An_entry_is_proved_to_be_in_the_tree_of_the_checkpoint()
    {
        var (_, provider, admin) = await Open();
        (await provider.Put("Patient/p1", Sample.Patient(Canary, "p1"))).Is(201);
        await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => provider.Get("Patient/p1")));
        var clinic = await Proven(admin, "limit=200&proof=true");

        var checkpoint = clinic.GetProperty("checkpoint").GetString()!.Split('\n');
        var (size, root) = (long.Parse(checkpoint[1], CultureInfo.InvariantCulture), Convert.FromBase64String(checkpoint[2]));
        Assert.StartsWith("vagus/audit/clinic-", checkpoint[0], StringComparison.Ordinal);
        var hashes = await AuditedAccess.Hashes(server, new TenantId(checkpoint[0]["vagus/audit/".Length..]));
        foreach (var item in clinic.GetProperty("items").EnumerateArray())
        {
            var index = item.GetProperty("index").GetInt64();
            var proof = item.GetProperty("proof").EnumerateArray().Select(hash => hash.GetBytesFromBase64());
            Assert.Equal(root, RootOf(hashes[(int)index], index, size, proof));
        }

        // The note is signed: text, a blank line, and the lines of the keys (C2SP signed-note).
        Assert.Equal("", checkpoint[3]);
        Assert.StartsWith("— vagus/audit ", checkpoint[4], StringComparison.Ordinal);
        var one = (await admin.Send(HttpMethod.Get, "/api/audit/17?proof=true", (string?)null)).Is(200).Json;
        var ofOne = one.GetProperty("checkpoint").GetString()!.Split('\n');
        Assert.Equal(
            Convert.FromBase64String(ofOne[2]),
            RootOf(
                hashes[17], 17, long.Parse(ofOne[1], CultureInfo.InvariantCulture),
                one.GetProperty("proof").EnumerateArray().Select(hash => hash.GetBytesFromBase64())));
    }

    /// <summary>A page that begins where it began at first, once a checkpoint covers all of it: one is signed every second.</summary>
    private static async Task<JsonElement> Proven(Person admin, string query)
    {
        var first = (await Read(admin, query)).GetProperty("items")[0].GetProperty("index").GetInt64();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var page = await Read(admin, $"{query}&cursor={first}");
            if (page.GetProperty("items").EnumerateArray().All(IsProven)) return page;
            await Task.Delay(50, limit.Token);
        }
    }

    private static bool IsProven(JsonElement item) =>
        item.TryGetProperty("proof", out var proof) && proof.ValueKind == JsonValueKind.Array;

    [Fact]
    public async Task Only_an_administrator_reads_it_only_the_own_tenants_and_each_look_is_in_it()
    {
        var (clinic, provider, admin) = await Open();
        var (theirs, other, otherAdmin) = await Open();
        (await other.Put("Patient/p1", Sample.Patient(Canary, "p1"))).Is(201);

        foreach (var path in new[] { "/api/audit", "/api/audit/0" })
        {
            (await provider.Send(HttpMethod.Get, path, (string?)null)).Is(403);
            (await new Person(server, token: null).Send(HttpMethod.Get, path, (string?)null)).Is(401);
        }

        Assert.Empty(await Lines(admin, "patientId=p1", except: "audit-read"));
        Assert.NotEmpty(await Lines(otherAdmin, "patientId=p1"));
        (await admin.Send(HttpMethod.Get, "/api/audit/3", (string?)null)).Is(200);
        (await admin.Send(HttpMethod.Get, "/api/audit/999999", (string?)null)).Is(404);

        var log = (await AuditedAccess.Of(clinic)).ConvertAll(entry => entry.Line);
        Assert.Equal(
            [
                "refused GET /api/audit 4 forbidden", "refused GET /api/audit/{index:long} 4 forbidden", "audit-read  0", "audit-read  0",
                "audit-read  0",
            ],
            log.Where(line => line.StartsWith("refused", StringComparison.Ordinal) || line.StartsWith("audit", StringComparison.Ordinal)));
        Assert.DoesNotContain(await AuditedAccess.Of(theirs), entry => entry.Action == "refused");
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=201")]
    [InlineData("cursor=x")]
    [InlineData("outcome=5")]
    [InlineData("from=yesterday")]
    [InlineData("patient=p1")]
    [InlineData("user=a&user=b")]
    public async Task A_malformed_question_is_refused(string query)
    {
        var (_, _, admin) = await Open();

        (await admin.Send(HttpMethod.Get, $"/api/audit?{query}", (string?)null)).Is(400);
    }

    // Entries carry whole milliseconds.
    private static async Task<DateTimeOffset> NextMillisecond()
    {
        var next = DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + 1);
        while (DateTimeOffset.UtcNow < next) await Task.Yield();
        return next;
    }

    private async Task<(Clinic, Person, Person)> Open()
    {
        var clinic = await Clinic.Open(server);
        return (clinic, await clinic.Provider(), await clinic.Admin());
    }

    private static async Task<JsonElement> Read(Person admin, string query) =>
        (await admin.Send(HttpMethod.Get, $"/api/audit?{query}", (string?)null)).Is(200).Json;

    private static async Task<List<string>> Lines(Person admin, string query, string except = "-") =>
    [
        .. (await Read(admin, query)).GetProperty("items").EnumerateArray()
            .Select(item => $"{item.GetProperty("action").GetString()} {(item.TryGetProperty("on", out var on) ? on.GetString() : "")}".Trim())
            .Where(line => !line.StartsWith(except, StringComparison.Ordinal)),
    ];

    /// <summary>RFC 9162 §2.1.3.2: the root that an inclusion proof leads to.</summary>
    private static byte[] RootOf(byte[] hash, long index, long size, IEnumerable<byte[]> proof)
    {
        var (at, last) = (index, size - 1);
        foreach (var beside in proof)
        {
            if ((at & 1) == 1 || at == last)
            {
                hash = SHA256.HashData([1, .. beside, .. hash]);
                while ((at & 1) == 0 && at != 0) (at, last) = (at >> 1, last >> 1);
            }
            else
            {
                hash = SHA256.HashData([1, .. hash, .. beside]);
            }

            (at, last) = (at >> 1, last >> 1);
        }

        Assert.Equal(0, last);
        return hash;
    }
}

public sealed class ReadingTheAuditOnSqlite(SqliteFhirServer server) : ReadingTheAuditTests(server);

public sealed class ReadingTheAuditOnPostgres(PostgresFhirServer server) : ReadingTheAuditTests(server);
