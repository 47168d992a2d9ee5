using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Server.Tests.Isolation;
using Vagus.Storage.Moving;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Testing;

namespace Vagus.Server.Tests.Moving;

/// <summary>
/// A tenant with something of everything moves from one server to another, beside a tenant that stays and one that was there before.
/// </summary>
public abstract class MoveTests(Engine from, Engine to)
{
    private const string Address = "https://east.example";
    private static readonly TenantId North = new("north");
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    // What the organization's administrator sees, by the doors of each room.
    private static readonly string[] Doors =
    [
        "/fhir/Patient/north-record", "/fhir/Patient/north-record/_history", "/fhir/Observation?subject=Patient/north-record&_sort=_id",
        "/fhir/Observation?code=http://loinc.org|2823-3", "/fhir/Observation?value-quantity=gt7|http://unitsofmeasure.org|mmol/L",
        "/fhir/Patient?_has:Observation:subject:code=http://loinc.org|2823-3", "/fhir/Appointment?date=2026-05-04&_sort=_id",
        "/fhir/Patient?birthdate=1980-02-28&_sort=_id", "/fhir/Patient?family=Cana&_sort=_id", "/fhir/ValueSet?url=urn:north:set",
        "/fhir/Group/north-cadre", "/api/biopsies", "/api/claims", "/api/canned-responses", "/api/admin/apps", "/api/on-call",
    ];

    [Fact]
    public async Task A_move_that_is_broken_off_at_every_step_ends_with_the_whole_tenant_there_and_nobody_else()
    {
        await using var here = await Start(from);
        await using var there = await StartBeside(here, to);
        var (north, south) = (await Side.Open(here, "north"), await Side.Open(here, "south"));
        var west = await Side.Open(there, "west");
        var before = await Seen(here, north.Admin.Token);
        var thread = $"/api/patient-messages/threads/{north.Ids["thread"]}";
        var letters = (await north.Done(north.Admin, "GET", thread)).GetRawText();
        var refresh = await Refresh(here);

        var breaks = 0;
        while (!await Goes(here, there))
        {
            breaks++;
            await IsStopped(here, there);
            await Writes(here, south, "south");
            await Writes(there, west, "west");
        }

        Assert.True(breaks > 70, $"The move was broken off {breaks} times.");
        Assert.Equal("tenant_moved", await Refused(here));
        Assert.Null(await Refused(there));
        Assert.Equal(401, (await Send(there, north.Admin.Token, Doors[0])).Status);
        var token = await SignIn(there, refresh);
        Assert.Equal(before, await Seen(there, token));
        var moved = new Letters(there, token);
        Assert.Equal(letters, await moved.Read(thread));
        await IsIndexed(there, token);
        Assert.Empty(await Mentions(there, "south"));
        Assert.NotEmpty(await Mentions(there, "north"));
        await Writes(here, south, "south");
    }

    [Fact]
    public async Task What_a_tenant_has_left_goes_by_a_command_of_its_own_and_a_move_back_finds_nothing_in_its_way()
    {
        await using var here = await Start(from);
        await using var there = await StartBeside(here, to);
        var (north, south) = (await Side.Open(here, "north"), await Side.Open(here, "south"));
        var before = await Seen(here, north.Admin.Token);
        await Assert.ThrowsAsync<MoveException>(() => here.Get<TenantMoves>().Leftovers().RunHere(North, Nothing, Cancel));
        await Whole(here, there);
        Assert.NotEmpty(await Mentions(here, "north"));

        await here.Get<TenantMoves>().Leftovers().RunHere(North, Nothing, Cancel);

        // Marks of journals go with their files.
        Assert.Equal(["fhir_name", "tenant_stop"], (await Mentions(here, "north")).Where(table => table != "leaf_journal"));
        Assert.Equal("tenant_moved", await Refused(here));
        await Writes(here, south, "south");
        await Whole(there, here);
        Assert.Equal(before, await Seen(here, await SignIn(here)));
        Assert.Equal("tenant_moved", await Refused(there));
    }

    [Fact]
    public async Task A_move_that_is_given_up_leaves_the_tenant_where_it_was_and_a_mover_that_was_late_does_not_switch()
    {
        await using var here = await Start(from);
        await using var there = await StartBeside(here, to);
        var north = await Side.Open(here, "north");
        var before = await Seen(here, north.Admin.Token);
        var move = await here.Get<TenantMoves>().To(there.Get<MovePlace>(), Cancel);

        var late = move.Run(
            Move, "m", async () => await here.Get<TenantMoves>().GiveUp(North, there.Get<MovePlace>(), Cancel), _ => { }, Cancel);

        await Assert.ThrowsAsync<MoveException>(() => late.WaitAsync(Limit, Cancel));
        Assert.Null(await Refused(here));
        Assert.Equal(before, await Seen(here, north.Admin.Token));
        Assert.Equal(["fhir_name"], await Mentions(there, "north"));
        await Whole(here, there);
        Assert.Equal(before, await Seen(there, await SignIn(there)));
    }

    [Fact]
    public async Task What_was_acknowledged_while_the_move_began_is_there()
    {
        await using var here = await Start(from);
        await using var there = await StartBeside(here, to);
        var north = await Side.Open(here, "north");
        var (written, read) = (new ConcurrentQueue<string>(), new ConcurrentQueue<string>());
        using var over = new CancellationTokenSource();
        var load = Enumerable.Range(0, 8).Select(number => Task.Run(() => number % 2 == 0
            ? Write(north, number, written, over.Token) : Leave(here, number, read, over.Token))).ToList();
        while (written.Count < 40 || read.Count < 40) await Task.Delay(5, Cancel);

        await Whole(here, there);
        await over.CancelAsync();
        await Task.WhenAll(load);

        var token = await SignIn(there);
        foreach (var id in written) Assert.Equal(200, (await Send(there, token, $"/fhir/Patient/{id}")).Status);
        var entries = await there.Get<MovePlace>().Facts.Query(
            Entries, [North.Value], row => Encoding.UTF8.GetString((byte[])row.GetValue(0)), Cancel);
        Assert.Empty(read.Except(entries, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Another_database_that_has_such_a_tenant_and_an_unknown_tenant_are_refused()
    {
        await using var here = await Start(from);
        await using var there = await StartBeside(here, to);
        await Side.Open(here, "south");
        await here.Get<Vagus.Access.Tenants.AddTenant>().Add("north", "North", Cancel);
        await there.Get<Vagus.Access.Tenants.AddTenant>().Add("north", "Another one", Cancel);

        await Assert.ThrowsAsync<MoveException>(() => Whole(here, there));

        Assert.Null(await Refused(here));
        Assert.Null(await Refused(there));
        var move = await here.Get<TenantMoves>().To(there.Get<MovePlace>(), Cancel);
        await Assert.ThrowsAsync<MoveException>(
            () => move.Run(Move with { Tenant = new TenantId("nobody") }, "m", Nothing, _ => { }, Cancel));
    }

    private static TenantMove Move => new(North, Address, SharesKeys: false, SharesFiles: true);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static ValueTask Nothing() => ValueTask.CompletedTask;

    private static async Task Whole(TestServer here, TestServer there)
    {
        var move = await here.Get<TenantMoves>().To(there.Get<MovePlace>(), Cancel);
        await move.Run(Move, Guid.NewGuid().ToString(), Nothing, _ => { }, Cancel).WaitAsync(Limit, Cancel);
    }

    /// <summary>False when it was broken off, as a kill does: after a step has been told, which is after its commit.</summary>
    private static async Task<bool> Goes(TestServer here, TestServer there)
    {
        var move = await here.Get<TenantMoves>().To(there.Get<MovePlace>(), Cancel);
        try
        {
            await move.Run(Move, "m", Nothing, step =>
            {
                if (!step.EndsWith(Address, StringComparison.Ordinal)) throw new BrokenOffException();
            }, Cancel).WaitAsync(Limit, Cancel);
            return true;
        }
        catch (BrokenOffException)
        {
            return false;
        }
    }

    private static async Task IsStopped(TestServer here, TestServer there)
    {
        Assert.Contains(await Refused(here), (string?[])["tenant_stopped", "tenant_moved"]);
        Assert.Equal("tenant_stopped", await Refused(there));
    }

    /// <summary>The code with which a write of the tenant is refused; null where it is taken.</summary>
    private static async Task<string?> Refused(TestServer server) =>
        (await server.Get<GroupCommit>().Write<bool>(North, (_, _) => ValueTask.FromResult<Result<bool>>(true), Cancel)).Refusal?.Code;

    private static async Task Writes(TestServer server, Side side, string name) => Assert.InRange(
        (await side.Send(side.Admin, "PUT", $"/fhir/Patient/{name}-more", $$"""{"resourceType":"Patient","id":"{{name}}-more"}""")).Status, 200, 201);

    private static async Task Write(Side north, int number, ConcurrentQueue<string> written, CancellationToken over)
    {
        for (var turn = 0; !over.IsCancellationRequested; turn++)
        {
            var id = $"load-{number}-{turn}";
            var (status, _) = await north.Send(north.Admin, "PUT", $"/fhir/Patient/{id}", $$"""{"resourceType":"Patient","id":"{{id}}"}""");
            if (status == 201) written.Enqueue(id);
            else if (status is 503 or 401) return;
        }
    }

    private static async Task Leave(TestServer here, int number, ConcurrentQueue<string> read, CancellationToken over)
    {
        for (var turn = 0; !over.IsCancellationRequested; turn++)
        {
            var leaf = $"leaf-{number}-{turn}";
            if (await here.Get<GroupCommit>().AddLeaf(North, Encoding.UTF8.GetBytes(leaf)) is null) read.Enqueue(leaf);
            else return;
        }
    }

    private static async Task<string> Seen(TestServer server, string token)
    {
        var seen = new StringBuilder();
        foreach (var door in Doors)
        {
            var (status, text) = await Send(server, token, door);
            Assert.True(status == 200, $"{door}: {status} {text}");
            seen.AppendLine(text.Replace(server.Address.ToString(), "/", StringComparison.Ordinal));
        }

        return seen.ToString();
    }

    /// <summary>A resource that is replaced there is found by its new values only: its row keeps the keys of its index rows.</summary>
    private static async Task IsIndexed(TestServer there, string token)
    {
        const string changed = """
            {"resourceType":"Observation","id":"north-critical","status":"final","subject":{"reference":"Patient/north-neighbour"},
             "code":{"coding":[{"system":"http://loinc.org","code":"8867-4"}]}}
            """;
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(there.Address, "/fhir/Observation/north-critical"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Content = new StringContent(changed, Encoding.UTF8, "application/fhir+json");
        using var answer = await there.Http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        foreach (var (query, found) in new[]
        {
            ("code=http://loinc.org|2823-3", 0), ("code=http://loinc.org|8867-4", 1), ("value-quantity=gt7|http://unitsofmeasure.org|mmol/L", 0),
            ("_id=north-critical&subject=Patient/north-record", 0), ("_id=north-critical&subject=Patient/north-neighbour", 1),
        })
        {
            var total = JsonElement.Parse((await Send(there, token, $"/fhir/Observation?{query}&_summary=count")).Text).GetProperty("total");
            Assert.True(total.GetInt32() == found, $"{query}: {total}");
        }
    }

    /// <summary>The tables, of facts and keys, that have a text or bytes with the word.</summary>
    private static async Task<List<string>> Mentions(TestServer server, string word)
    {
        var (place, tables) = (server.Get<MovePlace>(), new List<string>());
        foreach (var side in new[] { place.Facts, place.Keys })
        {
            foreach (var table in await MovePlan.TablesOf(side, Cancel))
            {
                var columns = string.Join(", ", table.Select(column => column.Name));
                var rows = await side.Query(
                    new Statement($"select {columns} from {table.Key}"), [],
                    row => Enumerable.Range(0, row.FieldCount).Select(row.GetValue).Any(value => Has(value, word)), Cancel);
                if (rows.Contains(true)) tables.Add(table.Key);
            }
        }

        return tables;
    }

    private static bool Has(object value, string word) => value switch
    {
        string text => text.Contains(word, StringComparison.Ordinal),
        byte[] bytes => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(word)) >= 0,
        _ => false,
    };

    /// <summary>The administrator's refresh token.</summary>
    private static async Task<string> Refresh(TestServer server) => (await LogIn(server)).GetProperty("refreshToken").GetString()!;

    private static async Task<string> SignIn(TestServer server) => (await LogIn(server)).GetProperty("accessToken").GetString()!;

    /// <summary>A session goes on by its refresh token.</summary>
    private static async Task<string> SignIn(TestServer server, string refreshToken)
    {
        using var answer = await server.Http.PostAsJsonAsync(new Uri(server.Address, "/api/auth/refresh"), new { refreshToken });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accessToken").GetString()!;
    }

    private static async Task<JsonElement> LogIn(TestServer server)
    {
        var admin = new { email = "person1-Admin@north.example", password = "twelve yellow tractors", tenant = North.Value };
        using var answer = await server.Http.PostAsJsonAsync(new Uri(server.Address, "/api/auth/login"), admin);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task<(int Status, string Text)> Send(TestServer server, string token, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await server.Http.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<TestServer> Start(Engine engine) => await TestServer.Start(await Settings(engine));

    /// <summary>With the root key of the other one.</summary>
    private static async Task<TestServer> StartBeside(TestServer other, Engine engine)
    {
        var key = Path.Combine(other.Folder, "root.key");
        var server = await TestServer.Start(
            await Settings(engine), services => services.AddSingleton(new RootKey(File.ReadAllBytes(key))));
        File.Copy(key, Path.Combine(server.Folder, "root.key"), overwrite: true);
        return server;
    }

    private static async Task<string> Settings(Engine engine) => engine == Engine.Sqlite
        ? "--urls http://127.0.0.1:0" : $"--urls http://127.0.0.1:0 --postgres {await PostgresServer.NextDatabase()}";

    private static readonly Statement Entries = new("""
        select body
        from audit_entry
        where tenant_id = @tenant_id
        """);

    /// <summary>Sealed texts are opened by the keys that moved.</summary>
    private sealed record Letters(TestServer Server, string Token)
    {
        public async Task<string> Read(string path) => JsonElement.Parse((await Send(Server, Token, path)).Text).GetRawText();
    }

    private sealed class BrokenOffException : Exception;
}

public sealed class MoveFromSqliteToPostgres() : MoveTests(Engine.Sqlite, Engine.Postgres);

public sealed class MoveFromPostgresToPostgres() : MoveTests(Engine.Postgres, Engine.Postgres);

public sealed class MoveFromPostgresToSqlite() : MoveTests(Engine.Postgres, Engine.Sqlite);
