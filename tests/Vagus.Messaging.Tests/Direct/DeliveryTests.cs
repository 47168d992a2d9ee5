using Vagus.Kernel;
using static Vagus.Messaging.Tests.Steps;

namespace Vagus.Messaging.Tests.Direct;

/// <summary>The driver and the patient of a delivery write to each other about it while it is under way, and nobody else.</summary>
public abstract class DeliveryTests(House house)
{
    [Fact]
    public async Task Driver_and_patient_of_a_delivery_begin_to_write_to_each_other_over_sockets()
    {
        var scene = await Scene.Open(house);
        await using var phone = await LiveSocket.Open(house, scene.Patient);
        await using var car = await LiveSocket.Open(house, scene.Driver);

        var asked = await phone.Ask("send_message", About(scene.Driver.Id, "When do you come?"));

        Assert.True(asked.GetProperty("ok").GetBoolean(), asked.ToString());
        var heard = await car.Hear("new_message");
        Assert.Equal(("When do you come?", "task-1"), (heard.Text("content"), heard.Text("contextId")));
        var answered = await car.Ask("send_message", About("Patient/p1", "In ten minutes"));
        Assert.Equal(heard.Text("threadId"), answered.GetProperty("message").Text("threadId"));
        Assert.Equal("In ten minutes", (await phone.Hear("new_message")).Text("content"));
        foreach (var (who, other) in new[] { (scene.Patient, scene.Driver.Id), (scene.Driver, "Patient/p1") })
            Assert.Equal(2, (await who.Get($"/api/messages/conversation?userId={other}")).Is(200)["items"].GetArrayLength());
        var thread = heard.Text("threadId");
        foreach (var outsider in new[] { scene.Doctor, scene.OtherDriver, scene.Neighbour })
            (await outsider.Post("/api/messages", new { threadId = thread, content = "x" })).IsRefused(404, "not_found");
    }

    [Fact]
    public async Task Whom_the_delivery_does_not_name_finds_nobody()
    {
        var scene = await Scene.Open(house);

        foreach (var (from, to) in new[]
        {
            (scene.Neighbour, scene.Driver.Id), (scene.Patient, scene.OtherDriver.Id), (scene.OtherDriver, "Patient/p1"),
            (scene.Driver, "Patient/p2"), (scene.Patient, "Patient/p2"), (scene.Driver, scene.Neighbour.Id),
        })
        {
            (await from.Post("/api/messages", About(to, "x"))).IsRefused(404, "not_found");
        }

        (await scene.Driver.Post("/api/messages", new { recipientId = "Patient/p1", content = "x" })).IsRefused(404, "not_found");
        (await scene.Patient.Post("/api/messages", About(scene.Driver.Id, "x", task: "task-2"))).IsRefused(404, "not_found");
        (await scene.Patient.Get($"/api/messages/conversation?userId={scene.Driver.Id}")).IsRefused(404, "not_found");
        var elsewhere = await Scene.Open(house);
        (await elsewhere.Patient.Post("/api/messages", About(scene.Driver.Id, "x"))).IsRefused(404, "not_found");
    }

    [Fact]
    public async Task A_driver_chooses_no_patient_by_a_task_of_its_own()
    {
        var scene = await Scene.Open(house);

        (await scene.Driver.Put("/fhir/Task/own", Delivery("own", "Patient/p2"))).Is(403);
        (await scene.Driver.Put("/fhir/Task/task-1", Delivery("task-1", "Patient/p2"))).Is(403);
        (await scene.Driver.Put("/fhir/Task/task-1", Delivery("task-1", "Patient/p1", "on-hold"))).Is(200);
        (await scene.Driver.Put("/fhir/Task/task-1", Delivery("task-1", "Patient/p1", "completed"))).Is(200);
        (await scene.Driver.Put("/fhir/Task/task-1", Delivery("task-1", "Patient/p1"))).Is(403);
        (await scene.Driver.Post("/api/messages", About("Patient/p1", "x"))).IsRefused(404, "not_found");
        (await scene.Driver.Post("/api/messages", About("Patient/p2", "x", task: "own"))).IsRefused(404, "not_found");
    }

    [Theory]
    [InlineData("completed")]
    [InlineData("cancelled")]
    [InlineData("entered-in-error")]
    [InlineData("draft")]
    public async Task A_delivery_that_is_not_under_way_lets_nobody_begin(string status)
    {
        var scene = await Scene.Open(house, status);

        (await scene.Patient.Post("/api/messages", About(scene.Driver.Id, "x"))).IsRefused(404, "not_found");
        (await scene.Driver.Post("/api/messages", About("Patient/p1", "x"))).IsRefused(404, "not_found");
    }

    private static Dictionary<string, object> Delivery(
        string id, string patient, string status = "in-progress") => new(StringComparer.Ordinal)
    {
        ["resourceType"] = "Task",
        ["id"] = id,
        ["status"] = status,
        ["intent"] = "order",
        ["for"] = new { reference = patient },
        ["owner"] = new { reference = "Practitioner/driver-1" },
    };

    [Fact]
    public async Task After_a_delivery_what_was_written_is_read_under_every_id_that_it_could_be_sent_to()
    {
        var scene = await Scene.Open(house);
        (await scene.Patient.Post("/api/messages", About("Practitioner/driver-1", "When?"))).Is(201);
        (await scene.Driver.Post("/api/messages", About("p1", "Now"))).Is(201);

        await scene.Is("completed");

        foreach (var id in new[] { scene.Driver.Id, "driver-1", "Practitioner/driver-1" })
            Assert.Equal(2, (await scene.Patient.Get($"/api/messages/conversation?userId={id}")).Is(200)["items"].GetArrayLength());
        foreach (var id in new[] { "Patient/p1", "p1", scene.Patient.Id })
            Assert.Equal(2, (await scene.Driver.Get($"/api/messages/conversation?userId={id}")).Is(200)["items"].GetArrayLength());
        foreach (var id in new[] { "Patient/p1", "p1", scene.Patient.Id })
            (await scene.OtherDriver.Get($"/api/messages/conversation?userId={id}")).IsRefused(404, "not_found");
        foreach (var id in new[] { scene.Driver.Id, "driver-1", "Practitioner/driver-1" })
            (await scene.Neighbour.Get($"/api/messages/conversation?userId={id}")).IsRefused(404, "not_found");
    }

    [Fact]
    public async Task A_retry_after_the_delivery_is_answered_with_the_message_that_was_sent()
    {
        var scene = await Scene.Open(house);
        var sent = (await scene.Patient.Post("/api/messages", About(scene.Driver.Id, "When?", clientId: "c-1"))).Is(201);

        await scene.Is("completed");

        foreach (var id in new[] { scene.Driver.Id, "Practitioner/driver-1" })
        {
            var again = (await scene.Patient.Post("/api/messages", About(id, "When?", clientId: "c-1"))).Is(201);
            Assert.Equal(sent["id"].GetString(), again["id"].GetString());
        }

        (await scene.Patient.Post("/api/messages", About(scene.OtherDriver.Id, "When?", clientId: "c-1"))).IsRefused(404, "not_found");
        (await scene.Patient.Post("/api/messages", About(scene.Driver.Id, "When?", clientId: "c-2"))).IsRefused(404, "not_found");
        (await scene.Neighbour.Post("/api/messages", About(scene.Driver.Id, "When?", clientId: "c-1"))).IsRefused(404, "not_found");
        var read = (await scene.Driver.Get("/api/messages/conversation?userId=Patient/p1")).Is(200);
        Assert.Equal(1, read["items"].GetArrayLength());
    }

    private static object About(string recipient, string content, string task = "task-1", string? clientId = null) => new
    {
        recipientId = recipient, content, contextType = "delivery", contextId = task, clientMessageId = clientId,
    };

    /// <summary>A delivery to one of two patients by one of two drivers.</summary>
    private sealed record Scene(Person Doctor, Person Patient, Person Neighbour, Person Driver, Person OtherDriver)
    {
        public static async Task<Scene> Open(House house, string status = "in-progress")
        {
            var (clinic, patient, doctor) = await Steps.Open(house, "p1", "p2");
            (await doctor.Put("/fhir/Task/task-1", Delivery("task-1", "Patient/p1", status))).Is(201);
            return new Scene(
                doctor, patient, await clinic.Has(Role.Patient, patient: "p2"), await clinic.Has(Role.Driver, practitioner: "driver-1"),
                await clinic.Has(Role.Driver, practitioner: "driver-2"));
        }

        public async Task Is(string status) => (await Doctor.Put("/fhir/Task/task-1", Delivery("task-1", "Patient/p1", status))).Is(200);
    }
}

public sealed class DeliveriesOnSqlite(SqliteHouse house) : DeliveryTests(house);

public sealed class DeliveriesOnPostgres(PostgresHouse house) : DeliveryTests(house);
