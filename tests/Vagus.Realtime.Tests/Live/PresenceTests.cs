using System.Text.Json;

namespace Vagus.Realtime.Tests.Live;

public abstract class PresenceTests(Engine engine)
{
    [Fact]
    public async Task Colleagues_see_who_views_and_edits_and_when_it_ends()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        await using var viewer = await SocketClient.Open(clinic, ann);
        await using var colleague = await SocketClient.Open(clinic, await clinic.SignIn(Role.Nurse));
        var patient = "Patient/" + await clinic.Create(ann, "Patient", """{"resourceType":"Patient","active":true}""");
        await clinic.HasSessions(2);

        var answer = await viewer.Ask("view", new { resource = patient, mode = "viewing" });
        await viewer.Ask("view", new { resource = patient, mode = "viewing" });
        await viewer.Ask("view", new { resource = patient, mode = "editing" });

        Assert.True(answer.GetProperty("ok").GetBoolean());
        Assert.Equal((patient, ann.User.Value, "viewing"), Only(await NextPresence(colleague)));
        Assert.Equal((patient, ann.User.Value, "editing"), Only(await NextPresence(colleague)));
        viewer.Cut();
        Assert.Empty((await NextPresence(colleague)).GetProperty("viewers").EnumerateArray());
    }

    [Fact]
    public async Task A_view_of_a_resource_whose_id_holds_a_null_character_is_refused()
    {
        await using var clinic = await LiveClinic.Open(engine);
        await using var viewer = await SocketClient.Open(clinic, await clinic.SignIn());

        var answer = await viewer.AskText("view", """{"resource":"Patient/a\u0000b","mode":"viewing"}""");

        Assert.Equal("invalid_request", answer.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_view_that_is_not_renewed_ends()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        await using var viewer = await SocketClient.Open(clinic, ann);
        var patient = "Patient/" + await clinic.Create(ann, "Patient", """{"resourceType":"Patient","active":true}""");
        await clinic.HasSessions(1);
        await viewer.Ask("view", new { resource = patient, mode = "viewing" });
        Assert.Single((await NextPresence(viewer)).GetProperty("viewers").EnumerateArray());

        clinic.Clock.Advance(TimeSpan.FromSeconds(46));

        Assert.Empty((await NextPresence(viewer)).GetProperty("viewers").EnumerateArray());
    }

    [Fact]
    public async Task Presence_stays_with_staff_who_may_know_of_the_resource()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        await using var viewer = await SocketClient.Open(clinic, ann);
        await using var patient = await SocketClient.Open(clinic, await clinic.SignIn(Role.Patient, patient: "p1"));
        await using var driver = await SocketClient.Open(clinic, await clinic.SignIn(Role.Driver));
        await using var elsewhere = await SocketClient.Open(clinic, await clinic.SignIn(tenant: LiveClinic.South));
        var reference = "Patient/" + await clinic.Create(ann, "Patient", """{"resourceType":"Patient","active":true}""");
        await clinic.HasSessions(3);
        await clinic.HasSessions(1, LiveClinic.South);

        await viewer.Ask("view", new { resource = reference, mode = "viewing" });
        var foreign = await elsewhere.Ask("view", new { resource = reference, mode = "viewing" });
        var own = await patient.Ask("view", new { resource = reference, mode = "viewing" });
        await driver.Ask("unsubscribe", new { subscriptionId = "x" });

        Assert.Equal("not_found", foreign.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal("not_found", own.GetProperty("error").GetProperty("code").GetString());
        Assert.False(elsewhere.HasKept || patient.HasKept || driver.HasKept);
        Assert.Equal(
            "invalid_field",
            (await viewer.Ask("view", new { resource = reference, mode = "staring" })).GetProperty("error").GetProperty("code")
            .GetString());
        Assert.Equal(
            "not_found",
            (await viewer.Ask("view", new { resource = "Patient/none", mode = "viewing" })).GetProperty("error").GetProperty("code")
            .GetString());
    }

    [Fact]
    public async Task Who_views_a_thread_is_told_to_those_who_see_the_thread_and_to_nobody_else()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var (ann, bob) = (await clinic.SignIn(), await clinic.SignIn(Role.Nurse));
        var thread = "Thread/" + await clinic.WriteMessage(ann, bob);
        await using var viewer = await SocketClient.Open(clinic, ann);
        await using var other = await SocketClient.Open(clinic, bob);
        await using var outsider = await SocketClient.Open(clinic, await clinic.SignIn(Role.Nurse));
        await clinic.HasSessions(3);

        var answer = await viewer.Ask("view", new { resource = thread, mode = "editing" });
        var refused = await outsider.Ask("view", new { resource = thread, mode = "viewing" });
        var none = await outsider.Ask("view", new { resource = "Thread/none", mode = "viewing" });

        Assert.True(answer.GetProperty("ok").GetBoolean());
        Assert.Equal((thread, ann.User.Value, "editing"), Only(await NextPresence(other)));
        foreach (var each in (JsonElement[])[refused, none])
            Assert.Equal("not_found", each.GetProperty("error").GetProperty("code").GetString());
        Assert.False(outsider.HasKept);
    }

    private static (string?, string?, string?) Only(JsonElement presence)
    {
        var viewer = Assert.Single(presence.GetProperty("viewers").EnumerateArray());
        return (presence.GetProperty("resource").GetString(), viewer.GetProperty("userId").GetString(),
            viewer.GetProperty("mode").GetString());
    }

    /// <summary>The write of the patient itself is told too; it is not what these tests are about.</summary>
    private static async Task<JsonElement> NextPresence(SocketClient client)
    {
        while (true)
        {
            var next = (await client.Next())!.Value;
            if (next[0].GetString() == "presence") return next[1];
        }
    }
}

public sealed class PresenceOnSqlite() : PresenceTests(Engine.Sqlite);

public sealed class PresenceOnPostgres() : PresenceTests(Engine.Postgres);
