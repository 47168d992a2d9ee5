using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;

namespace Vagus.Messaging.Tests;

/// <summary>Many people on one thread, at once and at random: nothing is lost, doubled or out of its place.</summary>
public abstract class RaceTests(House house)
{
    private const string Staff = "/api/patient-messages";
    private const string Portal = "/api/patient-portal/messages";
    private const int People = 20;

    private static int Steps =>
        int.TryParse(Environment.GetEnvironmentVariable("VAGUS_RACE_STEPS"), CultureInfo.InvariantCulture, out var steps) ? steps : 2_000;

    [Fact]
    public async Task Twenty_people_at_random_on_one_thread_leave_each_message_once_and_in_its_place()
    {
        var clinic = await house.NewClinic();
        await clinic.HasPatients("p1");
        var patients = await Task.WhenAll(Enumerable.Range(0, 5).Select(at => at == 0
            ? clinic.Has(Role.Patient, patient: "p1") : clinic.Has(Role.Patient, patient: $"parent-{at}", dependants: ["p1"])));
        var staff = await Task.WhenAll(Enumerable.Range(0, People - patients.Length).Select(_ => clinic.Has(Role.Nurse)));
        var thread = (await patients[0].Post($"{Portal}/threads", new { subject = "Race", category = "general", content = "0" }))
            .Is(201)["thread"].GetProperty("id").GetString()!;
        await using var watcher = await LiveSocket.Open(house, staff[0]);
        var end = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var watching = watcher.Reach(end.Task);
        var told = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        var retracted = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        var notes = 0;

        await Task.WhenAll(patients.Concat(staff).Select(async (person, number) =>
        {
            var random = new Random(1000 + number);
            var door = person.Role == Role.Patient ? Portal : Staff;
            var seen = 1L;
            var own = new List<string>();
            for (var step = 0; step < Steps / People; step++)
            {
                var client = $"{number}-{step}";
                switch (random.Next(13))
                {
                    case < 5:
                        var content = new { content = client, clientMessageId = client };
                        var path = $"{door}/threads/{thread}/messages";
                        var sent = await person.Post(path, content);
                        // A client that was not answered in time sends once more.
                        if (random.Next(4) == 0)
                            Assert.Equal(sent.Is(201)["id"].GetString(), (await person.Post(path, content))["id"].GetString());
                        own.Add(sent.Is(201)["id"].GetString()!);
                        Assert.True(told.TryAdd(own[^1], client));
                        break;
                    case 5:
                        var careful = await person.Post(
                            $"{door}/threads/{thread}/messages", new { content = client, clientMessageId = client, lastSeenSequence = seen });
                        if (careful.Status == 409) seen = careful["lastSequence"].GetInt64();
                        else Assert.True(told.TryAdd(careful.Is(201)["id"].GetString()!, client));
                        break;
                    case 6:
                        (await person.Post($"{door}/threads/{thread}/mark-read")).Is(200);
                        break;
                    case 7:
                        var page = (await person.Get($"{door}/threads/{thread}?limit=5")).Is(200);
                        seen = page["thread"].GetProperty("lastSequence").GetInt64();
                        break;
                    case 8 when person.Role != Role.Patient:
                        (await person.Post($"{Staff}/threads/{thread}/messages", new { content = client, isInternalNote = true })).Is(201);
                        Interlocked.Increment(ref notes);
                        break;
                    case 9 when person.Role != Role.Patient:
                        (await person.Put($"{Staff}/threads/{thread}", new { assignedTo = person.Id })).Is(200);
                        break;
                    case 10 when person.Role != Role.Patient:
                        (await person.Post($"{Staff}/threads/{thread}/close")).Is(200);
                        break;
                    case 11 when person.Role != Role.Patient:
                        (await person.Post($"{Staff}/threads/{thread}/reopen")).Is(200);
                        break;
                    case 12 when own.Count > 0:
                        var mine = own[random.Next(own.Count)];
                        var back = (await person.Post($"/api/messages/{mine}/retraction", new { reason = client })).Is(200);
                        Assert.Equal(("retracted", JsonValueKind.Null), (back["status"].GetString(), back["content"].ValueKind));
                        retracted[mine] = true;
                        break;
                }
            }
        }));

        var rows = await house.Get<Storage.Database>().Query(
            Messages, [clinic.Tenant.Value, thread],
            row => (Sequence: row.GetInt64(0), Id: row.GetString(1), Client: row.GetString(2), Status: row.GetString(3)), default);
        Assert.Equal(Enumerable.Range(1, rows.Count).Select(at => (long)at), rows.Select(row => row.Sequence));
        Assert.Equal(told.Count + 1, rows.Count);
        foreach (var row in rows.Skip(1)) Assert.Equal(row.Client, told[row.Id]);
        Assert.Equal(rows.Count, (await staff[1].Get($"{Staff}/threads/{thread}")).Is(200)["thread"].GetProperty("lastSequence").GetInt32());
        Assert.Equal(
            retracted.Keys.Order(StringComparer.Ordinal),
            rows.Where(row => row.Status == "retracted").Select(row => row.Id).Order(StringComparer.Ordinal));
        // A closed thread asks nobody to read it who has not read in it before.
        (await staff[1].Post($"{Staff}/threads/{thread}/reopen")).Is(200);
        await EveryCount(clinic, thread, patients, staff);
        Assert.Equal(
            notes, (await house.Get<Storage.Database>().Query(Notes, [clinic.Tenant.Value, thread], row => row.GetInt64(0), default))[0]);
        await EveryMark(thread, patients, staff, rows.Count);
        end.SetResult((await house.Get<EventLog>().Extent(clinic.Tenant, default)).Last);
        (await staff[1].Post("/api/messages", new { recipientId = staff[2].Id, content = "The end" })).Is(201);
        await watching;
        var live = watcher.Heard.Where(heard => heard.Name is "new_message" or "message_sent")
            .Select(heard => heard.Payload.GetProperty("sequence").GetInt64()).ToList();
        Assert.Equal(Enumerable.Range(2, rows.Count - 1).Select(at => (long)at), live);
    }

    /// <summary>What is unread is what others have sent, and not taken back, behind one's own mark.</summary>
    private async Task EveryCount(Clinic clinic, string thread, Person[] patients, Person[] staff)
    {
        foreach (var person in patients.Concat(staff))
        {
            var door = person.Role == Role.Patient ? Portal : Staff;
            var counted = (await person.Get($"{door}/threads/{thread}?limit=1")).Is(200)["thread"].GetProperty("unreadCount").GetInt64();
            var there = await house.Get<Storage.Database>().Query(
                Unread, [person.Id, clinic.Tenant.Value, thread], row => row.GetInt64(0), default);
            Assert.Equal(there[0], counted);
        }
    }

    /// <summary>Once everybody has read everything nothing is unread for anybody.</summary>
    private static async Task EveryMark(string thread, Person[] patients, Person[] staff, int last)
    {
        foreach (var person in patients.Concat(staff))
        {
            var door = person.Role == Role.Patient ? Portal : Staff;
            var read = (await person.Post($"{door}/threads/{thread}/mark-read")).Is(200);
            Assert.Equal(last, read["upToSequence"].GetInt64());
            Assert.Equal(0, (await person.Get($"{door}/unread-count")).Is(200)["count"].GetInt64());
            var seen = (await person.Get($"{door}/threads/{thread}?limit=200")).Is(200);
            Assert.All(seen["messages"].EnumerateArray().Where(IsMessage), message => Assert.Equal(
                message.Text("status") == "retracted" ? JsonValueKind.Null : JsonValueKind.String,
                message.GetProperty("content").ValueKind));
        }
    }

    private static bool IsMessage(JsonElement item) => item.GetProperty("kind").GetString() == "message";

    private static readonly Statement Messages = new("""
        select sequence, message_id, coalesce(client_message_id, ''), status
        from messaging_message
        where tenant_id = @tenant_id
          and thread_id = @thread_id
        order by sequence
        """);

    private static readonly Statement Unread = new("""
        select count(*)
        from messaging_message g
        where g.sender_id <> @user_id
          and g.tenant_id = @tenant_id
          and g.thread_id = @thread_id
          and g.status = 'sent'
          and g.sender_role <> 'service'
          and g.sequence > coalesce((
            select k.read_sequence from messaging_mark k
            where k.tenant_id = g.tenant_id and k.thread_id = g.thread_id and k.user_id = @user_id), 0)
        """);

    private static readonly Statement Notes = new("""
        select count(*)
        from messaging_note
        where tenant_id = @tenant_id
          and thread_id = @thread_id
        """);
}

public sealed class RaceOnSqlite(SqliteHouse house) : RaceTests(house);

public sealed class RaceOnPostgres(PostgresHouse house) : RaceTests(house);
