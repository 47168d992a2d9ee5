using Vagus.Events;
using Vagus.Storage.Log;

namespace Vagus.Realtime.Tests.Live;

public abstract class VisibilityTests(Engine engine)
{
    private const string Mine = "p-me";
    private const string Other = "p-other";

    // A subscription with a past is taken up when the replay before it is over; this one brings nothing itself.
    private static readonly object Barrier = new { eventTypes = new[] { "claim.paid" }, since = 0 };

    /// <summary>What each role gets of one event of each kind, in the order in which they are written.</summary>
    [Theory]
    [InlineData(
        Role.Provider,
        "patient:updated patient:allergy_added appointment:created lab:order_created radiology:order_created thread:closed note:added")]
    [InlineData(
        Role.Nurse,
        "patient:updated patient:allergy_added appointment:created lab:order_created radiology:order_created thread:closed note:added")]
    [InlineData(
        Role.Admin,
        "patient:updated patient:allergy_added appointment:created lab:order_created radiology:order_created payment:received thread:closed note:added")]
    [InlineData(Role.FrontDesk, "patient:updated appointment:created thread:closed note:added")]
    [InlineData(Role.Billing, "appointment:created payment:received")]
    [InlineData(Role.Lab, "lab:order_created")]
    [InlineData(Role.Radiology, "radiology:order_created")]
    [InlineData(Role.Pharmacy, "patient:allergy_added")]
    [InlineData(Role.Driver, "")]
    [InlineData(
        Role.Service,
        "patient:updated patient:allergy_added appointment:created lab:order_created radiology:order_created payment:received")]
    public async Task Each_role_gets_its_events_live_and_replayed_on_both_gateways(Role role, string expected)
    {
        await using var clinic = await LiveClinic.Open(engine);
        var person = await clinic.SignIn(role);
        var boss = await clinic.SignIn(Role.Admin);
        await using var live = await SocketClient.Open(clinic, person);
        await using var witness = await SocketClient.Open(clinic, boss);
        await using var raw = await RawClient.Open(clinic, person);
        await raw.Subscribe(new { subscription_id = "s" });

        await WriteOneOfEachKind(clinic);
        while ((await witness.Next())!.Value[0].GetString() != "note:added")
        {
            // Until the last event has passed.
        }

        await using var late = await SocketClient.Open(clinic, person);
        await late.Ask("subscribe", new { since = 0 });
        await late.Reach(await clinic.Head());
        await raw.Say("ping", new { });

        Assert.Equal(expected, await NamesUntilAnswer(live));
        Assert.Equal(expected, await NamesUntilAnswer(late));
        Assert.Equal(expected, await NamesUntilPong(raw));
    }

    [Fact]
    public async Task A_patient_gets_its_own_released_results_appointments_and_threads_only()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var me = await clinic.SignIn(Role.Patient, patient: Mine);
        await using var client = await SocketClient.Open(clinic, me);

        await clinic.Write(Appointment(Mine), Mine);
        await clinic.Write(Appointment(Other), Other);
        await clinic.Write(new LabResultAvailable(Mine, "DiagnosticReport/r1/_history/1", "r1", "final", Released: false), Mine);
        await clinic.Write(new LabResultAvailable(Other, "DiagnosticReport/r2/_history/1", "r2", "final", Released: true), Other);
        await clinic.Write(new LabResultAvailable(Mine, "DiagnosticReport/r3/_history/1", "r3", "final", Released: true), Mine);
        await clinic.Write(new ThreadClosed("t1", "staff", ["somebody"], Mine), Mine);
        await clinic.Write(new ThreadClosed("t2", "patient", [me.User.Value], Mine), Mine);
        await clinic.Write(
            new NoteAdded("n1", "t2", "somebody", clinic.Clock.GetUtcNow(), Mine, [me.User.Value]), Mine,
            audience: EventAudience.OfThread("patient", null, [me.User.Value]));
        await clinic.WriteOrder(Mine);
        await client.Reach(await clinic.Head());
        await using var late = await SocketClient.Open(clinic, me);
        await late.Ask("subscribe", new { patientIds = new[] { Mine, Other }, since = 0 });
        await late.Reach(await clinic.Head());

        Assert.Equal("appointment:created lab:result_available thread:closed", await NamesUntilAnswer(late));
        Assert.Equal("appointment:created lab:result_available thread:closed", await NamesUntilAnswer(client));
    }

    [Fact]
    public async Task A_restricted_record_is_told_to_those_with_the_permission_only()
    {
        await using var clinic = await LiveClinic.Open(engine);
        await using var without = await SocketClient.Open(clinic, await clinic.SignIn());
        await using var with = await SocketClient.Open(clinic, await clinic.SignIn(sensitive: true));

        await clinic.WriteOrder(sensitive: true);
        await clinic.WriteOrder();

        Assert.Equal(2, (await without.Hear("lab:order_created")).GetProperty("sequence").GetInt64());
        Assert.Equal(1, (await with.Hear("lab:order_created")).GetProperty("sequence").GetInt64());
    }

    [Fact]
    public async Task Equal_users_patients_and_resources_of_two_tenants_never_meet()
    {
        await using var clinic = await LiveClinic.Open(engine);
        await using var north = await SocketClient.Open(clinic, await clinic.SignIn(id: "same"));
        await using var south = await SocketClient.Open(clinic, await clinic.SignIn(tenant: LiveClinic.South, id: "same"));
        await using var northRaw = await RawClient.Open(clinic, await clinic.SignIn());
        await northRaw.Subscribe(new { subscription_id = "s", resource_types = new[] { "*" }, patient_ids = new[] { "p1" } });

        await clinic.WriteOrder("p1", LiveClinic.South);
        await clinic.Write(new ResourceCreated("Observation", "south", "1", "Observation/south/_history/1", "p1"), "p1", LiveClinic.South);
        await clinic.WriteOrder("p1", LiveClinic.South);
        await clinic.WriteOrder("p1");
        await north.Ask("subscribe", new { patientIds = new[] { "p1" }, since = 0 });
        await south.Ask("subscribe", new { patientIds = new[] { "p1" }, since = 0 });
        await north.Reach(await clinic.Head());
        await south.Reach(await clinic.Head(LiveClinic.South));

        Assert.Equal([1], await Positions(north));
        Assert.Equal([1, 3], await Positions(south));
        Assert.Equal(1, (await northRaw.Hear("clinical_event")).GetProperty("sequence").GetInt64());
        var rooms = clinic.Get<Vagus.SocketIO.SocketIOServer>().Of("/").Rooms().Keys.Order().ToArray();
        Assert.Equal(
            ["role:north/provider", "role:south/provider", "tenant:north", "tenant:south", "user:north/same", "user:south/same"], rooms);
    }

    private static async Task WriteOneOfEachKind(LiveClinic clinic)
    {
        await clinic.Write(new PatientUpdated(Other, $"Patient/{Other}/_history/2", ["telecom"]), Other);
        await clinic.Write(new PatientAllergyAdded(Other, "AllergyIntolerance/a/_history/1", "a", "Penicillin"), Other);
        await clinic.Write(Appointment(Other), Other);
        await clinic.WriteOrder(Other);
        await clinic.Write(new RadiologyOrderCreated(Other, "ServiceRequest/x/_history/1", "x"), Other);
        await clinic.Write(EventExamples.All.OfType<PaymentReceived>().First(), Other);
        await clinic.Write(new ThreadClosed("t1", "patient", ["nobody"], Other), Other);
        await clinic.Write(
            new NoteAdded("n1", "t1", "somebody", clinic.Clock.GetUtcNow()), audience: EventAudience.OfThread("patient", null, ["nobody"]));
    }

    private static AppointmentCreated Appointment(string patient) =>
        EventExamples.All.OfType<AppointmentCreated>().First() with { PatientId = patient };

    /// <summary>The names of all that has come before the answer to one more question.</summary>
    private static async Task<string> NamesUntilAnswer(SocketClient client)
    {
        await client.Ask("subscribe", Barrier);
        var names = new List<string>();
        while (client.HasKept) names.Add((await client.Next())!.Value[0].GetString()!);
        return string.Join(' ', names);
    }

    private static async Task<List<long>> Positions(SocketClient client)
    {
        await client.Ask("subscribe", Barrier);
        var positions = new List<long>();
        while (client.HasKept) positions.Add((await client.Next())!.Value[1].GetProperty("sequence").GetInt64());
        return positions;
    }

    private static async Task<string> NamesUntilPong(RawClient client)
    {
        var names = new List<string>();
        while (true)
        {
            var frame = (await client.Next())!.Value;
            if (frame.GetProperty("type").GetString() == "pong") return string.Join(' ', names);
            names.Add(EventCatalogue.Find(frame.GetProperty("data").GetProperty("name").GetString()!)!.SocketName!);
        }
    }
}

public sealed class VisibilityOnSqlite() : VisibilityTests(Engine.Sqlite);

public sealed class VisibilityOnPostgres() : VisibilityTests(Engine.Postgres);
