using Vagus.Kernel;
using Vagus.Storage.Log;

namespace Vagus.Messaging.Tests.Direct;

/// <summary>Who takes part in the thread of a pool after people have joined and left it.</summary>
public abstract class PoolTests(House house)
{
    private const string Staff = "/api/patient-messages";

    [Theory]
    [InlineData("CareTeam")]
    [InlineData("Organization")]
    public async Task Who_left_a_pool_hears_nothing_of_the_next_message_to_it(string type)
    {
        var (clinic, patient, admin) = await Open();
        var (stays, leaves, joins) = (await Doctor(clinic, "dr-a"), await Doctor(clinic, "dr-b"), await Doctor(clinic, "dr-c"));
        await Make(admin, type, "dr-a", "dr-b");
        var before = await Last(clinic);
        await using var office = await LiveSocket.Open(house, stays);
        await using var former = await LiveSocket.Open(house, leaves);
        var first = (await patient.Post("/api/messages", new { recipientId = $"{type}/team", content = "Hello" })).Is(201);
        var thread = first["threadId"].GetString();
        foreach (var socket in new[] { office, former })
            Assert.Equal("Hello", (await socket.Hear("new_message")).GetProperty("content").GetString());
        (await leaves.Get($"{Staff}/threads/{thread}")).Is(200);

        await Make(admin, type, "dr-a", "dr-c");
        (await patient.Post("/api/messages", new { threadId = thread, content = "Still there?" })).Is(201);

        Assert.Equal("Still there?", (await office.Hear("new_message")).GetProperty("content").GetString());
        await former.Reach(await Last(clinic));
        Assert.Empty(former.Heard);
        (await leaves.Get($"{Staff}/threads/{thread}")).IsRefused(404, "not_found");
        Assert.Empty((await leaves.Get($"{Staff}/threads")).Is(200)["items"].EnumerateArray());
        (await leaves.Post("/api/messages", new { threadId = thread, content = "Me too" })).IsRefused(404, "not_found");
        (await leaves.Get($"/fhir/Communication/{first["id"].GetString()}/$decrypt")).Is(404);
        (await joins.Get($"{Staff}/threads/{thread}")).Is(200);
        await using var again = await LiveSocket.Open(house, new { token = leaves.Token, since = before });
        await again.Reach(await Last(clinic));
        Assert.Empty(again.Heard);
    }

    [Theory]
    [InlineData("CareTeam")]
    [InlineData("Organization")]
    public async Task A_pool_that_changes_takes_its_threads_along_in_the_same_write(string type)
    {
        var (clinic, patient, admin) = await Open();
        var (stays, leaves, joins) = (await Doctor(clinic, "dr-a"), await Doctor(clinic, "dr-b"), await Doctor(clinic, "dr-c"));
        await Make(admin, type, "dr-a", "dr-b");
        await using var former = await LiveSocket.Open(house, leaves);
        var first = (await patient.Post("/api/messages", new { recipientId = $"{type}/team", content = "Hello" })).Is(201);
        var (thread, before) = (first["threadId"].GetString(), await Last(clinic));
        await former.Hear("new_message");
        Assert.Equal((1, 0), (await Unread(leaves), await Unread(joins)));

        await Make(admin, type, "dr-a", "dr-c");

        Assert.Equal((0, 1), (await Unread(leaves), await Unread(joins)));
        (await leaves.Get($"{Staff}/threads/{thread}")).IsRefused(404, "not_found");
        (await leaves.Post("/api/messages", new { threadId = thread, content = "Me too" })).IsRefused(404, "not_found");
        (await leaves.Get($"/fhir/Communication/{first["id"].GetString()}/$decrypt")).Is(404);
        Assert.Equal("Hello", (await joins.Get($"{Staff}/threads/{thread}")).Is(200)["messages"][0].GetProperty("content").GetString());
        (await stays.Post("/api/messages", new { threadId = thread, content = "On it" })).Is(201);
        await former.Reach(await Last(clinic));
        Assert.Empty(former.Heard);
        await using var again = await LiveSocket.Open(house, new { token = leaves.Token, since = before });
        await again.Reach(await Last(clinic));
        Assert.Empty(again.Heard);
        var told = (await admin.Get("/api/audit?action=thread-change&limit=200")).Is(200).Text;
        Assert.Contains(
            type == "CareTeam" ? $"pool=CareTeam/team,added={joins.Id},removed={leaves.Id}" : $"pool=Organization/team,added=,removed={leaves.Id}",
            told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whose_period_in_a_care_team_is_over_or_whose_team_is_gone_keeps_what_was_answered_only()
    {
        var (clinic, patient, admin) = await Open();
        var (writer, silent) = (await Doctor(clinic, "dr-a"), await Doctor(clinic, "dr-b"));
        await Make(admin, "CareTeam", "dr-a", "dr-b");
        var thread = (await patient.Post("/api/messages", new { recipientId = "CareTeam/team", content = "Hello" }))
            .Is(201)["threadId"].GetString();
        (await writer.Post("/api/messages", new { threadId = thread, content = "On it" })).Is(201);
        object Member(string practitioner, string end) => new
        {
            member = new { reference = $"Practitioner/{practitioner}" }, period = new { start = "2020-01-01", end },
        };

        await Put(admin, "CareTeam", "team", new
        {
            resourceType = "CareTeam", id = "team", status = "active", subject = new { reference = "Patient/p1" },
            participant = new[] { Member("dr-a", "2999"), Member("dr-b", "2020-12-31") },
        });

        (await writer.Get($"{Staff}/threads/{thread}")).Is(200);
        (await silent.Get($"{Staff}/threads/{thread}")).IsRefused(404, "not_found");
        (await admin.Delete("/fhir/CareTeam/team")).Is(204);
        (await writer.Get($"{Staff}/threads/{thread}")).Is(200);
        (await patient.Post("/api/messages", new { threadId = thread, content = "Thank you" })).Is(201);
        (await patient.Post("/api/messages", new { recipientId = "CareTeam/team", content = "x" })).IsRefused(404, "not_found");
    }

    [Theory]
    [InlineData("deleted")]
    [InlineData("elsewhere")]
    [InlineData("twice")]
    public async Task A_role_that_goes_takes_its_practitioner_out_unless_another_one_holds(string change)
    {
        var (clinic, patient, admin) = await Open();
        var (stays, leaves) = (await Doctor(clinic, "dr-a"), await Doctor(clinic, "dr-b"));
        await Make(admin, "Organization", "dr-a", "dr-b");
        if (change == "twice") await Put(admin, "PractitionerRole", "second", Belonging("second", "dr-b", "team"));
        await Put(admin, "Organization", "other", new { resourceType = "Organization", id = "other", name = "Other" });
        var thread = (await patient.Post("/api/messages", new { recipientId = "Organization/team", content = "Hello" }))
            .Is(201)["threadId"].GetString();

        if (change == "elsewhere") await Put(admin, "PractitionerRole", "dr-b", Belonging("dr-b", "dr-b", "other"));
        else (await admin.Delete("/fhir/PractitionerRole/dr-b")).Is(204);

        (await leaves.Get($"{Staff}/threads/{thread}")).Is(change == "twice" ? 200 : 404);
        (await stays.Get($"{Staff}/threads/{thread}")).Is(200);
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-05:00", true)]
    [InlineData("2016-12-31T23:59:60Z", "9999", true)]
    [InlineData("2016-12", "2016-12-31T23:59:60Z", false)]
    [InlineData("9999-12-31T23:59:59-05:00", "9999-12-31T23:59:59-06:00", false)]
    public async Task Periods_at_the_ends_of_the_calendar_and_with_a_leap_second_are_read(string start, string end, bool takesPart)
    {
        var (clinic, patient, admin) = await Open();
        var (always, meant) = (await Doctor(clinic, "dr-a"), await Doctor(clinic, "dr-b"));
        await Put(admin, "CareTeam", "team", new
        {
            resourceType = "CareTeam", id = "team", status = "active", subject = new { reference = "Patient/p1" },
            participant = new object[]
            {
                new { member = new { reference = "Practitioner/dr-a" } },
                new { member = new { reference = "Practitioner/dr-b" }, period = new { start, end } },
            },
        });

        var thread = (await patient.Post("/api/messages", new { recipientId = "CareTeam/team", content = "Hello" }))
            .Is(201)["threadId"].GetString();

        (await always.Get($"{Staff}/threads/{thread}")).Is(200);
        (await meant.Get($"{Staff}/threads/{thread}")).Is(takesPart ? 200 : 404);
    }

    [Fact]
    public async Task A_care_team_of_another_organization_moves_nobody()
    {
        var (clinic, patient, admin) = await Open();
        var (_, _, stranger) = await Open();
        var doctor = await Doctor(clinic, "dr-a");
        await Make(admin, "CareTeam", "dr-a");
        var thread = (await patient.Post("/api/messages", new { recipientId = "CareTeam/team", content = "Hello" }))
            .Is(201)["threadId"].GetString();

        await Make(stranger, "CareTeam", "dr-z");

        (await doctor.Get($"{Staff}/threads/{thread}")).Is(200);
    }

    private static async Task<int> Unread(Person person) => (await person.Get($"{Staff}/unread-count")).Is(200)["count"].GetInt32();

    [Fact]
    public async Task Who_has_written_and_the_assignee_keep_the_thread_of_a_pool_that_they_left()
    {
        var (clinic, patient, admin) = await Open();
        var (writer, assignee, left) = (await Doctor(clinic, "dr-a"), await Doctor(clinic, "dr-b"), await Doctor(clinic, "dr-c"));
        await Doctor(clinic, "dr-d");
        await Make(admin, "CareTeam", "dr-a", "dr-b", "dr-c");
        var thread = (await patient.Post("/api/messages", new { recipientId = "CareTeam/team", content = "Hello" }))
            .Is(201)["threadId"].GetString();
        (await writer.Post("/api/messages", new { threadId = thread, content = "On it" })).Is(201);
        (await writer.Put($"{Staff}/threads/{thread}", new { assignedTo = assignee.Id })).Is(200);

        await Make(admin, "CareTeam", "dr-d");
        (await patient.Post("/api/messages", new { recipientId = "CareTeam/team", content = "Thank you" })).Is(201);

        foreach (var kept in new[] { writer, assignee }) (await kept.Get($"{Staff}/threads/{thread}")).Is(200);
        (await left.Get($"{Staff}/threads/{thread}")).IsRefused(404, "not_found");
    }

    private async Task<long> Last(Clinic clinic) => (await house.Get<EventLog>().Extent(clinic.Tenant, default)).Last;

    private static Task<Person> Doctor(Clinic clinic, string practitioner) => clinic.Has(Role.Provider, practitioner: practitioner);

    /// <summary>The pool <c>team</c> has these members and no others.</summary>
    private static async Task Make(Person admin, string type, params string[] members)
    {
        object Member(string practitioner) => new { reference = $"Practitioner/{practitioner}" };
        if (type == "CareTeam")
        {
            await Put(admin, "CareTeam", "team", new
            {
                resourceType = "CareTeam", id = "team", status = "active", subject = new { reference = "Patient/p1" },
                participant = members.Select(member => new { member = Member(member) }),
            });
            return;
        }

        await Put(admin, "Organization", "team", new { resourceType = "Organization", id = "team", name = "Team" });
        foreach (var known in new[] { "dr-a", "dr-b", "dr-c", "dr-d" })
        {
            await Put(admin, "PractitionerRole", known, new
            {
                resourceType = "PractitionerRole", id = known, active = members.Contains(known), practitioner = Member(known),
                organization = new { reference = "Organization/team" },
            });
        }
    }

    private static object Belonging(string id, string practitioner, string organization) => new
    {
        resourceType = "PractitionerRole", id, active = true, practitioner = new { reference = $"Practitioner/{practitioner}" },
        organization = new { reference = $"Organization/{organization}" },
    };

    private static async Task Put(Person admin, string type, string id, object resource)
    {
        var put = await admin.Put($"/fhir/{type}/{id}", resource);
        Assert.True(put.Status is 200 or 201, put.Text);
    }

    private async Task<(Clinic Clinic, Person Patient, Person Admin)> Open()
    {
        var clinic = await house.NewClinic();
        await clinic.HasPatients("p1");
        return (clinic, await clinic.Has(Role.Patient, patient: "p1"), await clinic.Has(Role.Admin));
    }
}

public sealed class PoolsOnSqlite(SqliteHouse house) : PoolTests(house);

public sealed class PoolsOnPostgres(PostgresHouse house) : PoolTests(house);
