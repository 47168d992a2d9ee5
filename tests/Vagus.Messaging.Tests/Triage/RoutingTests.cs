using System.Text.Json;
using Vagus.Kernel;
using static Vagus.Messaging.Tests.Steps;

namespace Vagus.Messaging.Tests.Triage;

/// <summary>Where threads go by their category, and the queue of a team.</summary>
public abstract class RoutingTests(House house)
{
    [Fact]
    public async Task What_a_patient_begins_goes_to_the_team_the_person_and_the_priority_of_its_category()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var nurse = await clinic.Has(Role.Nurse);
        await clinic.Sets(new
        {
            routing = new object[]
            {
                new { category = "medical_question", team = "night", assignTo = nurse.Id, priority = "high" },
                new { category = "billing", team = "accounts" },
            },
        });

        var (question, bill, other) = (await patient.Begins("medical_question"), await patient.Begins("billing"), await patient.Begins());

        Assert.Equal(("night", nurse.Id, "high", "waiting_provider"), Placed(await Of(doctor, question)));
        Assert.Equal(("accounts", null, "normal", "open"), Placed(await Of(doctor, bill)));
        Assert.Equal((null, null, "normal", "open"), Placed(await Of(doctor, other)));
        Assert.Equal([question], Ids(await doctor.Get($"{AtStaff}/threads?team=night")));
        Assert.Equal([bill], Ids(await doctor.Get($"{AtStaff}/threads?team=accounts&status=open")));
        Assert.Empty(Ids(await doctor.Get($"{AtStaff}/threads?team=nobody")));
        Assert.Equal([question], Ids(await nurse.Get($"{AtStaff}/threads?assignedTo=me")));
        (await doctor.Get($"{AtStaff}/threads?team=a%20b")).IsRefused(400, "invalid_field");
    }

    [Fact]
    public async Task What_staff_begin_takes_the_team_alone_and_what_waits_goes_where_it_goes_when_it_is_sent()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var nurse = await clinic.Has(Role.Nurse);
        var rule = new { category = "general", team = "night", assignTo = nurse.Id, priority = "urgent" };
        await clinic.Sets(new { undoSeconds = 15, routing = new[] { rule } });

        var held = (await patient.Post($"{AtPortal}/threads", New(null))).Is(201)["scheduled"].Text("id");
        (await patient.Post($"{AtPortal}/scheduled/{held}/release")).Is(201);
        await clinic.Sets(new { routing = new[] { rule } });
        var begun = (await doctor.Post($"{AtStaff}/threads", New("p1"))).Is(201)["thread"];

        Assert.Equal(("night", null, "normal", "waiting_patient"), Placed(begun));
        var waited = Assert.Single((await nurse.Get($"{AtStaff}/threads?assignedTo=me")).Is(200)["items"].EnumerateArray());
        Assert.Equal(("night", nurse.Id, "urgent", "waiting_provider"), Placed(waited));
    }

    [Fact]
    public async Task A_new_category_leads_to_its_team_and_to_its_person_where_nobody_has_the_thread()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var nurse = await clinic.Has(Role.Nurse);
        await clinic.Sets(new { routing = new[] { new { category = "appointment", team = "desk", assignTo = nurse.Id, priority = "low" } } });
        var (free, taken, named) = (await patient.Begins(), await patient.Begins(), await patient.Begins());
        (await doctor.Put($"{AtStaff}/threads/{taken}", new { assignedTo = doctor.Id })).Is(200);

        foreach (var id in new[] { free, taken }) (await doctor.Put($"{AtStaff}/threads/{id}", new { category = "appointment" })).Is(200);
        (await doctor.Put($"{AtStaff}/threads/{named}", new { category = "appointment", team = "mine", assignedTo = doctor.Id })).Is(200);

        Assert.Equal(("desk", nurse.Id, "normal", "open"), Placed(await Of(doctor, free)));
        Assert.Equal(("desk", doctor.Id, "normal", "open"), Placed(await Of(doctor, taken)));
        Assert.Equal(("mine", doctor.Id, "normal", "open"), Placed(await Of(doctor, named)));
    }

    [Fact]
    public async Task Whom_the_rule_names_and_who_may_not_have_the_thread_is_left_out()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var (biller, stranger) = (await clinic.Has(Role.Billing), await (await house.NewClinic()).Has(Role.Nurse));
        await clinic.Sets(new
        {
            routing = new[]
            {
                new { category = "medical_question", team = "night", assignTo = biller.Id },
                new { category = "billing", team = "accounts", assignTo = biller.Id },
                new { category = "general", team = "day", assignTo = stranger.Id },
            },
        });

        var (question, bill, other) = (await patient.Begins("medical_question"), await patient.Begins("billing"), await patient.Begins());

        Assert.Equal(("night", null, "normal", "open"), Placed(await Of(doctor, question)));
        Assert.Equal(("accounts", biller.Id, "normal", "waiting_provider"), Placed(await Of(doctor, bill)));
        Assert.Equal(("day", null, "normal", "open"), Placed(await Of(doctor, other)));
        var admin = await clinic.Has(Role.Admin);
        var entries = (await admin.Get("/api/audit?action=thread-change&limit=200")).Is(200)["items"].EnumerateArray()
            .Select(entry => entry.Text("detail")).Where(detail => detail.StartsWith("routed=", StringComparison.Ordinal));
        Assert.Equal(
            ["routed=billing,team=accounts,assigned=" + biller.Id, "routed=general,team=day,assigned=none",
                "routed=medical_question,team=night,assigned=none"],
            entries.Order(StringComparer.Ordinal));
    }

    private static object New(string? patientId) => patientId is null
        ? new { subject = "s", category = "general", content = "Hello" }
        : new { patientId, subject = "s", category = "general", content = "Hello" };

    private static async Task<JsonElement> Of(Person who, string thread) => (await who.Get($"{AtStaff}/threads/{thread}")).Is(200)["thread"];

    private static (string? Team, string? AssignedTo, string Priority, string Status) Placed(JsonElement thread) => (
        thread.GetProperty("team").GetString(),
        thread.GetProperty("assignedTo") is { ValueKind: JsonValueKind.Object } assignee ? assignee.Text("userId") : null,
        thread.Text("priority"), thread.Text("status"));

    private static IEnumerable<string> Ids(Answer page) => page.Is(200)["items"].EnumerateArray().Select(thread => thread.Text("id"));
}

public sealed class RoutingOnSqlite(SqliteHouse house) : RoutingTests(house);

public sealed class RoutingOnPostgres(PostgresHouse house) : RoutingTests(house);

/// <summary>What the setting may say.</summary>
public sealed class RoutingRuleTests
{
    [Theory]
    [InlineData("""[{ "category": "general", "team": "night" }]""", true)]
    [InlineData("""[{ "category": "general", "priority": "high" }, { "category": "billing", "assignTo": "u-1" }]""", true)]
    [InlineData("""[{ "category": "general", "team": "night" }, { "category": "general", "team": "day" }]""", false)]
    [InlineData("""[{ "category": "general" }]""", false)]
    [InlineData("""[{ "team": "night" }]""", false)]
    [InlineData("""[{ "category": "weather", "team": "night" }]""", false)]
    [InlineData("""[{ "category": "general", "team": "n ight" }]""", false)]
    [InlineData("""[{ "category": "general", "priority": "soon" }]""", false)]
    [InlineData("""[{ "category": "general", "team": "night", "pool": "x" }]""", false)]
    [InlineData("""{ "category": "general" }""", false)]
    public void A_rule_names_a_category_once_and_something_to_do(string rules, bool isFit) => Assert.Equal(
        isFit, Vagus.Messaging.Triage.MessagingPolicy.Refuse(JsonElement.Parse($$"""{ "routing": {{rules}} }""")) is null);
}
