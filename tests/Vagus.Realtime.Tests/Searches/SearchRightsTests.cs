using System.Text.Json;
using Vagus.Access.Tenants;

namespace Vagus.Realtime.Tests.Searches;

/// <summary>
/// Who is told what of a search that is kept open: each change is judged for its caller, and what goes out of sight leaves.
/// </summary>
public abstract class SearchRightsTests(Engine engine)
{
    [Fact]
    public async Task A_label_takes_a_record_out_of_the_lists_of_those_who_may_not_see_it_and_of_no_others()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var writer = await clinic.SignIn(Role.Admin, sensitive: true);
        await clinic.Put(writer, "Appointment", "a", Appointments.Of("a"));
        await using var open = await Opened(clinic, await clinic.SignIn(), "Appointment");
        await using var permitted = await Opened(clinic, await clinic.SignIn(sensitive: true), "Appointment");

        await clinic.Put(writer, "Appointment", "a", Appointments.Of("a", label: "R", status: "arrived"));
        await clinic.Put(writer, "Appointment", "b", Appointments.Of("b", label: "R"));
        await clinic.Put(writer, "Appointment", "c", Appointments.Of("c"));

        Assert.Equal(["leave a", "enter c"], await Told(open, 2));
        Assert.Equal(["update a", "enter b", "enter c"], await Told(permitted, 3));
    }

    [Fact]
    public async Task An_appointment_that_goes_from_one_patient_to_another_leaves_the_first_and_enters_for_the_second()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var writer = await clinic.SignIn();
        await clinic.Put(writer, "Appointment", "a", Appointments.Of("a", patient: "p1"));
        await using var first = await Opened(clinic, await clinic.SignIn(Role.Patient, patient: "p1"), "Appointment", found: 1);
        await using var second = await Opened(clinic, await clinic.SignIn(Role.Patient, patient: "p2"), "Appointment", found: 0);

        // Each is heard before the next is written: what is hidden by then is not told any more.
        await clinic.Put(writer, "Appointment", "a", Appointments.Of("a", patient: "p2"));
        var moved = await Told(second, 1);
        await clinic.Put(writer, "Appointment", "a", Appointments.Of("a", patient: "p2", status: "arrived"));
        var changed = await Told(second, 1);
        await clinic.Put(writer, "Appointment", "a", Appointments.Of("a", patient: "p1"));

        Assert.Equal(["leave a", "enter a"], await Told(first, 2));
        Assert.Equal(["enter a", "update a", "leave a"], [.. moved, .. changed, .. await Told(second, 1)]);
    }

    [Fact]
    public async Task Tenants_hear_nothing_of_one_another()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var north = await clinic.SignIn(Role.Admin);
        var south = await clinic.SignIn(Role.Admin, LiveClinic.South);
        await using var ofNorth = await Opened(clinic, north, "Appointment?practitioner=dr-1");
        await using var ofSouth = await Opened(clinic, south, "Appointment?practitioner=dr-1");

        await clinic.Put(north, "Appointment", "a", Appointments.Of("a"));
        await clinic.Put(south, "Appointment", "a", Appointments.Of("a"));
        await clinic.Put(south, "Appointment", "only-south", Appointments.Of("only-south"));
        await clinic.Put(north, "Appointment", "only-north", Appointments.Of("only-north"));

        Assert.Equal(["enter a", "enter only-north"], await Told(ofNorth, 2));
        Assert.Equal(["enter a", "enter only-south"], await Told(ofSouth, 2));
    }

    [Fact]
    public async Task A_result_enters_the_list_of_its_patient_when_it_is_released_and_leaves_it_when_that_is_withdrawn()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var writer = await clinic.SignIn();
        await using var patient = await Opened(clinic, await clinic.SignIn(Role.Patient, patient: "p1"), "Observation?code=k");

        await clinic.Put(writer, "Observation", "o", Observation("preliminary"));
        await clinic.Put(writer, "Observation", "o", Observation("final"));
        var enter = await patient.Hear("search_changed");
        await clinic.Put(writer, "Observation", "o", Observation("entered-in-error"));

        Assert.Equal(("enter", 2), (enter.GetProperty("change").GetString(), enter.GetProperty("sequence").GetInt32()));
        Assert.Equal(["leave o"], await Told(patient, 1));
    }

    [Fact]
    public async Task A_task_that_is_handed_over_leaves_the_one_driver_and_enters_for_the_other()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var writer = await clinic.SignIn(Role.Admin);
        await using var ann = await Opened(clinic, await clinic.SignIn(Role.Driver, practitioner: "ann"), "Task?status=requested");
        await using var bob = await Opened(clinic, await clinic.SignIn(Role.Driver, practitioner: "bob"), "Task?status=requested");

        await clinic.Put(writer, "Task", "t", TaskOf("ann"));
        var given = await Told(ann, 1);
        await clinic.Put(writer, "Task", "t", TaskOf("bob"));

        Assert.Equal(["enter t", "leave t"], [.. given, .. await Told(ann, 1)]);
        Assert.Equal(["enter t"], await Told(bob, 1));
    }

    [Fact]
    public async Task What_was_hidden_while_a_client_was_away_does_not_come_to_it_and_leaves_its_list()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var writer = await clinic.SignIn(Role.Admin, sensitive: true);
        var ann = await clinic.SignIn();
        await clinic.Put(writer, "Appointment", "known", Appointments.Of("known"));
        long since;
        await using (var before = await RawClient.Open(clinic, ann))
            since = await before.Subscribe(new { subscription_id = "s", search = "Appointment" });

        await clinic.Put(writer, "Appointment", "fresh", Appointments.Of("fresh"));
        await clinic.Put(writer, "Appointment", "known", Appointments.Of("known", status: "arrived"));
        await clinic.Put(writer, "Appointment", "known", Appointments.Of("known", label: "R"));
        await clinic.Put(writer, "Appointment", "fresh", Appointments.Of("fresh", label: "R"));
        await clinic.Put(writer, "Appointment", "last", Appointments.Of("last"));
        await using var back = await RawClient.Open(clinic, ann);
        Assert.Equal(since, await back.Subscribe(new { subscription_id = "s", search = "Appointment", since }));

        Assert.Equal(["leave known", "leave fresh", "enter last"], await Told(back, 3));
    }

    [Theory]
    [InlineData("""{"nurse":{"read":["Appointment"]}}""")]
    [InlineData("""{"nurse":{"sensitive":false}}""")]
    public async Task A_connection_whose_tenant_takes_something_away_from_its_role_is_closed_and_begins_anew(string policy)
    {
        await using var clinic = await LiveClinic.Open(engine);
        var nurse = await clinic.SignIn(Role.Nurse, sensitive: true);
        var writer = await clinic.SignIn(Role.Admin, sensitive: true);
        await clinic.Put(writer, "Appointment", "a", Appointments.Of("a", label: "R"));
        await clinic.Put(writer, "Basic", "b", """{"resourceType":"Basic","id":"b","code":{"text":"x"}}""");
        await using var other = await Opened(clinic, await clinic.SignIn(), "Basic", found: 1);
        await using var raw = await Opened(clinic, nurse, "Appointment", found: 1);

        Assert.False((await clinic.Get<TenantSettings>().Set(LiveClinic.North, "policy", JsonElement.Parse(policy), default)).IsRefused);
        clinic.VisibilityClock.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(4401, await raw.HearClose());
        await using var back = await RawClient.Open(clinic, nurse);
        await back.Say("subscribe", new { subscription_id = "s", search = "Appointment", since = 2 });
        var answer = (await back.Next())!.Value;
        if (policy.Contains("read", StringComparison.Ordinal))
        {
            Assert.Equal("forbidden", answer.GetProperty("data").GetProperty("code").GetString());
        }
        else
        {
            Assert.True(answer.GetProperty("data").GetProperty("reset").GetBoolean());
            Assert.Equal(0, answer.GetProperty("data").GetProperty("total").GetInt32());
        }

        await clinic.Put(writer, "Basic", "c", """{"resourceType":"Basic","id":"c","code":{"text":"x"}}""");
        Assert.Equal(["enter c"], await Told(other, 1));
    }

    [Fact]
    public async Task A_type_that_the_role_never_searches_is_refused()
    {
        await using var clinic = await LiveClinic.Open(engine);
        await using var raw = await RawClient.Open(clinic, await clinic.SignIn(Role.Driver, practitioner: "ann"));

        await raw.Say("subscribe", new { subscription_id = "s", search = "Patient" });

        Assert.Equal("forbidden", (await raw.Hear("error")).GetProperty("code").GetString());
    }

    private static async Task<RawClient> Opened(LiveClinic clinic, SignedIn person, string search, int? found = null)
    {
        var raw = await RawClient.Open(clinic, person);
        await raw.Say("subscribe", new { subscription_id = "s", search });
        var answer = await raw.Hear("subscribed");
        if (found is not null) Assert.Equal(found, answer.GetProperty("total").GetInt32());
        return raw;
    }

    /// <summary>The next changes. What leaves, and only that, is without its content.</summary>
    private static async Task<List<string>> Told(RawClient raw, int count)
    {
        var told = new List<string>();
        for (var each = 0; each < count; each++)
        {
            var change = await raw.Hear("search_changed");
            var what = change.GetProperty("change").GetString();
            Assert.Equal(what == "leave", change.GetProperty("resource").ValueKind == JsonValueKind.Null);
            told.Add($"{what} {change.GetProperty("resource_id").GetString()}");
        }

        return told;
    }

    private static string Observation(string status) => $$"""
        {"resourceType":"Observation","id":"o","status":"{{status}}","code":{"coding":[{"code":"k"}]},"subject":{"reference":"Patient/p1"} }
        """;

    private static string TaskOf(string owner) => $$"""
        {"resourceType":"Task","id":"t","status":"requested","intent":"order","owner":{"reference":"Practitioner/{{owner}}"} }
        """;
}

public sealed class SearchRightsOnSqlite() : SearchRightsTests(Engine.Sqlite);

public sealed class SearchRightsOnPostgres() : SearchRightsTests(Engine.Postgres);
