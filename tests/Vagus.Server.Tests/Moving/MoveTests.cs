using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Kernel;
using Vagus.Server.Tests.Isolation;
using Vagus.Storage.Moving;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Storage.Writing.Journal;
using Vagus.Testing;

namespace Vagus.Server.Tests.Moving;

/// <summary>
/// A tenant with something of everything moves from one server to another, beside tenants that stay and some that were there before.
/// </summary>
public abstract class MoveTests(MovePair pair)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_move_that_is_broken_off_at_every_step_ends_with_the_whole_tenant_there_and_nobody_else()
    {
        var (here, there) = (pair.Here, pair.There);
        var side = await Side.Open(here, "north");
        await Side.Open(here, "south");
        var (north, south, west) = (Moved.Of("north"), Moved.Of("south"), await Moved.Open(there, "west"));
        var old = await north.SignIn(here);
        var before = await north.Seen(here, Doors("north"));
        string[] thread = [$"/api/patient-messages/threads/{side.Ids["thread"]}"];
        var letters = await north.Seen(here, thread);
        var refresh = await north.Refresh(here);

        var breaks = 0;
        while (!await pair.Goes("north", Cancel))
        {
            breaks++;
            Assert.Contains(await MovePair.Refused(here, "north", Cancel), (string?[])["tenant_stopped", "tenant_moved"]);
            Assert.Equal("tenant_stopped", await MovePair.Refused(there, "north", Cancel));
            await south.Writes(here);
            await west.Writes(there);
        }

        Assert.True(breaks > 70, $"The move was broken off {breaks} times.");
        Assert.Equal("tenant_moved", await MovePair.Refused(here, "north", Cancel));
        Assert.Null(await MovePair.Refused(there, "north", Cancel));
        Assert.Equal((old, 401), (north.Token, (await north.Get(there, Doors("north")[0])).Status));
        await north.SignIn(there, refresh);
        Assert.Equal(before, await north.Seen(there, Doors("north")));
        Assert.Equal(letters, await north.Seen(there, thread));
        await IsIndexed(there, north);
        Assert.Empty(await MovePair.Mentions(there, "south", Cancel));
        Assert.NotEmpty(await MovePair.Mentions(there, "north", Cancel));
    }

    [Fact]
    public async Task What_a_tenant_has_left_goes_by_a_command_of_its_own_and_a_move_back_finds_nothing_in_its_way()
    {
        var (here, there) = (pair.Here, pair.There);
        await Side.Open(here, "heron");
        var (heron, stays) = (Moved.Of("heron"), await Moved.Open(here, "finch"));
        await heron.SignIn(here);
        var before = await heron.Seen(here, Doors("heron"));
        await Assert.ThrowsAsync<MoveException>(() => RemoveLeftovers(here, "heron"));
        await MovePair.Whole(here, there, "heron", Cancel);
        Assert.NotEmpty(await MovePair.Mentions(here, "heron", Cancel));

        await RemoveLeftovers(here, "heron");

        // Marks of journals go with their files.
        var left = await MovePair.Mentions(here, "heron", Cancel);
        Assert.Equal(["fhir_name", "tenant_stop"], left.Where(table => table != "leaf_journal"));
        Assert.Equal("tenant_moved", await MovePair.Refused(here, "heron", Cancel));
        await stays.Writes(here);
        await MovePair.Whole(there, here, "heron", Cancel);
        await heron.SignIn(here);
        Assert.Equal(before, await heron.Seen(here, Doors("heron")));
        Assert.Equal("tenant_moved", await MovePair.Refused(there, "heron", Cancel));
    }

    [Fact]
    public async Task A_move_that_is_given_up_leaves_the_tenant_where_it_was_and_a_mover_that_was_late_does_not_switch()
    {
        var (here, there) = (pair.Here, pair.There);
        var gull = await Moved.Open(here, "gull");
        string[] doors = ["/fhir/Patient/gull-more", "/fhir/Patient/gull-more/_history"];
        var before = await gull.Seen(here, doors);
        var move = await here.Get<TenantMoves>().To(there.Get<MovePlace>(), Cancel);

        var late = move.Run(
            MovePair.Of("gull"), "m",
            async () => await here.Get<TenantMoves>().GiveUp(new TenantId("gull"), there.Get<MovePlace>(), Cancel), _ => { }, Cancel);

        await Assert.ThrowsAsync<MoveException>(() => late.WaitAsync(Limit, Cancel));
        Assert.Null(await MovePair.Refused(here, "gull", Cancel));
        Assert.Equal(before, await gull.Seen(here, doors));
        Assert.Equal(["fhir_name"], await MovePair.Mentions(there, "gull", Cancel));
        await MovePair.Whole(here, there, "gull", Cancel);
        await gull.SignIn(there);
        Assert.Equal(before, await gull.Seen(there, doors));
    }

    [Fact]
    public async Task What_was_acknowledged_while_the_move_began_is_there()
    {
        var (here, there) = (pair.Here, pair.There);
        var petrel = await Moved.Open(here, "petrel");
        var (written, left) = (new ConcurrentQueue<string>(), new ConcurrentQueue<string>());
        var load = Enumerable.Range(0, 4).Select(writer => Task.Run(() => Write(here, petrel, writer, written, left))).ToList();
        var until = DateTime.UtcNow + Limit;
        while (written.Count < 20 || left.Count < 20)
        {
            Assert.True(DateTime.UtcNow < until, "The writers do not come to their load.");
            await Task.Delay(5, Cancel);
        }

        await MovePair.Whole(here, there, "petrel", Cancel);
        await Task.WhenAll(load).WaitAsync(Limit, Cancel);

        await petrel.SignIn(there);
        Assert.Equal(200, (await petrel.Get(there, $"/fhir/Patient/{written.Last()}")).Status);
        var records = await there.Get<MovePlace>().Facts.Query(Records, ["petrel"], row => row.GetString(0), Cancel);
        Assert.Empty(written.Except(records, StringComparer.Ordinal));
        var entries = await there.Get<MovePlace>().Facts.Query(
            Entries, ["petrel"], row => Encoding.UTF8.GetString((byte[])row.GetValue(0)), Cancel);
        Assert.Empty(left.Except(entries, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Another_database_that_has_such_a_tenant_and_an_unknown_tenant_are_refused()
    {
        var (here, there) = (pair.Here, pair.There);
        await here.Get<AddTenant>().Add("osprey", "Osprey", Cancel);
        await there.Get<AddTenant>().Add("osprey", "Another one", Cancel);

        await Assert.ThrowsAsync<MoveException>(() => MovePair.Whole(here, there, "osprey", Cancel));
        await Assert.ThrowsAsync<MoveException>(() => MovePair.Whole(here, there, "nobody", Cancel));

        Assert.Null(await MovePair.Refused(here, "osprey", Cancel));
        Assert.Null(await MovePair.Refused(there, "osprey", Cancel));
    }

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // What the organization's administrator sees, by the doors of each room.
    private static string[] Doors(string name) =>
    [
        $"/fhir/Patient/{name}-record", $"/fhir/Patient/{name}-record/_history",
        $"/fhir/Observation?subject=Patient/{name}-record&_sort=_id",
        "/fhir/Observation?code=http://loinc.org|2823-3", "/fhir/Observation?value-quantity=gt7|http://unitsofmeasure.org|mmol/L",
        "/fhir/Patient?_has:Observation:subject:code=http://loinc.org|2823-3", "/fhir/Appointment?date=2026-05-04&_sort=_id",
        "/fhir/Patient?birthdate=1980-02-28&_sort=_id", "/fhir/Patient?family=Cana&_sort=_id", $"/fhir/ValueSet?url=urn:{name}:set",
        $"/fhir/Group/{name}-cadre", "/api/biopsies", "/api/claims", "/api/canned-responses", "/api/admin/apps", "/api/on-call",
    ];

    private static Task RemoveLeftovers(TestServer server, string tenant) =>
        server.Get<TenantMoves>().Leftovers().RunHere(new TenantId(tenant), MovePair.Nothing, Cancel);

    /// <summary>A record and an entry of the audit in turn, until the tenant is stopped.</summary>
    private static async Task Write(
        TestServer here, Moved petrel, int writer, ConcurrentQueue<string> written, ConcurrentQueue<string> left)
    {
        for (var turn = 0; turn < 200; turn++)
        {
            var id = $"load-{writer}-{turn}";
            var (status, _) = await petrel.Put(here, $"/fhir/Patient/{id}", $$"""{"resourceType":"Patient","id":"{{id}}"}""");
            if (status == 201) written.Enqueue(id);
            else return;
            if (await here.Get<GroupCommit>().AddLeaf(new TenantId("petrel"), Encoding.UTF8.GetBytes(id)) is null) left.Enqueue(id);
            else return;
        }
    }

    /// <summary>A resource that is replaced there is found by its new values only: its row keeps the keys of its index rows.</summary>
    private static async Task IsIndexed(TestServer there, Moved north)
    {
        const string changed = """
            {"resourceType":"Observation","id":"north-critical","status":"final","subject":{"reference":"Patient/north-neighbour"},
             "code":{"coding":[{"system":"http://loinc.org","code":"8867-4"}]}}
            """;
        var (status, answer) = await north.Put(there, "/fhir/Observation/north-critical", changed);
        Assert.True(status == 200, answer);
        foreach (var (query, found) in new[]
        {
            ("code=http://loinc.org|2823-3", 0), ("code=http://loinc.org|8867-4", 1),
            ("value-quantity=gt7|http://unitsofmeasure.org|mmol/L", 0),
            ("_id=north-critical&subject=Patient/north-record", 0), ("_id=north-critical&subject=Patient/north-neighbour", 1),
        })
        {
            var total = JsonElement.Parse((await north.Get(there, $"/fhir/Observation?{query}&_summary=count")).Text).GetProperty("total");
            Assert.True(total.GetInt32() == found, $"{query}: {total}");
        }
    }

    // A first version is at the position that is its record's rid.
    private static readonly Statement Records = new("""
        select r.id
        from fhir_resource r
        join fhir_version v on v.rid = r.rid and v.version = 1
        where v.tenant_id = @tenant_id
        """);

    private static readonly Statement Entries = new("""
        select body
        from audit_entry
        where tenant_id = @tenant_id
        """);
}

public sealed class MoveFromSqliteToPostgres(SqliteToPostgres pair) : MoveTests(pair), IClassFixture<SqliteToPostgres>
{
    private readonly SqliteToPostgres pair = pair;

    [Fact]
    public async Task A_journal_that_another_process_takes_in_while_the_move_begins_is_not_waited_for_and_its_leaves_are_there()
    {
        await Moved.Open(pair.Here, "plover");
        var move = await pair.Here.Get<TenantMoves>().To(pair.There.Get<MovePlace>(), Cancel);
        using (var ended = pair.Here.Get<JournalFolder>().Create()) ended.Add(Records(ended, "plover", "one", "two"), leaves: 2);

        var moving = move.Run(MovePair.Of("plover"), "m", MovePair.Nothing, _ => { }, Cancel);
        while (!moving.IsCompleted && await MovePair.Refused(pair.Here, "plover", Cancel) is null) await Task.Delay(1, Cancel);
        await pair.Here.Get<AdoptJournals>().Now(Cancel);

        await moving.WaitAsync(TimeSpan.FromMinutes(1), Cancel);
        var entries = await MovePair.Mentions(pair.There, "of-plover-two", Cancel);
        Assert.Equal(["audit_entry"], entries);
    }

    private static byte[] Records(JournalSegment segment, string tenant, params string[] leaves)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        foreach (var leaf in leaves)
        {
            var body = Encoding.UTF8.GetBytes($"of-{tenant}-{leaf}");
            new JournalRecord(segment.Next(), DateTimeOffset.UnixEpoch, new TenantId(tenant), body).WriteTo(buffer);
        }

        return buffer.WrittenSpan.ToArray();
    }
}

public sealed class MoveFromPostgresToPostgres(PostgresToPostgres pair) : MoveTests(pair), IClassFixture<PostgresToPostgres>;

public sealed class MoveFromPostgresToSqlite(PostgresToSqlite pair) : MoveTests(pair), IClassFixture<PostgresToSqlite>;
