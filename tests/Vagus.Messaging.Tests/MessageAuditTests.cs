using System.Text.Json;
using Vagus.Kernel;
using static Vagus.Messaging.Tests.Steps;

namespace Vagus.Messaging.Tests;

/// <summary>The AuditEvents of messages and of their reading: who, to whom, which one, and no word of it.</summary>
public abstract class MessageAuditTests(House house)
{
    private const string Secret = "Xanthochromia";

    [Fact]
    public async Task The_event_of_a_sent_message_has_its_sender_its_recipient_and_the_Communication_by_each_door()
    {
        var clinic = await house.NewClinic();
        await clinic.HasPatients("p1");
        var (patient, nurse) = (await clinic.Has(Role.Patient, patient: "p1"), await clinic.Has(Role.Nurse));
        var (doctor, pharmacist) = (await clinic.Has(Role.Provider, practitioner: "dr-2"), await clinic.Has(Role.Pharmacy));
        await using var ward = await LiveSocket.Open(house, nurse);
        foreach (var (recipient, shown) in new[]
        {
            (doctor.Id, "Practitioner/dr-2"), ("Patient/p1", "Patient/p1"), (pharmacist.Id, $"urn:vagus:user|{pharmacist.Id}"),
            ("pharmacy", "urn:vagus:role|pharmacy"),
        })
        {
            var request = new { recipientId = recipient, content = Secret };
            var overSocket = (await ward.Ask("send_message", request)).GetProperty("message").Text("id");
            var overHttp = (await nurse.Post("/api/messages", request)).Is(201)["id"].GetString()!;

            foreach (var id in new[] { overSocket, overHttp })
            {
                var told = Assert.Single(await Events(clinic, id, "C"));
                Assert.Equal([$"urn:vagus:user|{nurse.Id}"], Agents(told, isRequestor: true));
                Assert.Equal([shown], Agents(told, isRequestor: false).Except(["urn:vagus:server|vagus", "urn:vagus:client|vagus"]));
                Assert.StartsWith($"Communication/{id}", Objects(told).First(), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Every_member_of_a_thread_to_whom_a_reply_goes_is_in_its_event()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var (nurse, thread) = (await clinic.Has(Role.Nurse), await patient.Begins(content: Secret));
        var reply = (await doctor.Post($"{AtStaff}/threads/{thread}/messages", new { content = Secret })).Is(201)["id"].GetString()!;
        (await nurse.Post($"{AtStaff}/threads/{thread}/messages", new { content = Secret })).Is(201);
        var answer = (await patient.Post($"{AtPortal}/threads/{thread}/messages", new { content = Secret })).Is(201)["id"].GetString()!;

        Assert.Contains("Patient/p1", Agents(Assert.Single(await Events(clinic, reply, "C")), isRequestor: false));
        var told = Agents(Assert.Single(await Events(clinic, answer, "C")), isRequestor: false);
        Assert.Contains("Practitioner/dr-1", told);
        Assert.Contains($"urn:vagus:user|{nurse.Id}", told);
    }

    [Fact]
    public async Task The_event_of_a_reading_has_its_reader_and_the_Communication_by_each_door()
    {
        var clinic = await house.NewClinic();
        var (nurse, doctor) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Provider));
        await using var office = await LiveSocket.Open(house, doctor);
        var direct = (await nurse.Post("/api/messages", new { recipientId = doctor.Id, content = Secret })).Is(201)["id"].GetString()!;
        Assert.True((await office.Ask("mark_read", new { messageId = direct })).GetProperty("ok").GetBoolean());
        await clinic.HasPatients("p1");
        var patient = await clinic.Has(Role.Patient, patient: "p1");
        var begun = (await patient.Post($"{AtPortal}/threads", new { subject = Secret, category = "general", content = Secret })).Is(201);
        (await doctor.Post($"{AtStaff}/threads/{begun["thread"].Text("id")}/mark-read")).Is(200);

        foreach (var id in new[] { direct, begun["messages"][0].Text("id") })
        {
            var told = Assert.Single(await Events(clinic, id, "U"));
            Assert.Equal([$"urn:vagus:user|{doctor.Id}"], Agents(told, isRequestor: true));
            Assert.Equal(["urn:vagus:server|vagus", "urn:vagus:client|vagus"], Agents(told, isRequestor: false));
            Assert.StartsWith($"Communication/{id}", Objects(told).First(), StringComparison.Ordinal);
        }

        Assert.Contains("Patient/p1", Objects(Assert.Single(await Events(clinic, begun["messages"][0].Text("id"), "U"))));
    }

    /// <summary>Found by the message's own Communication; none may hold what was written.</summary>
    private static async Task<IReadOnlyList<JsonElement>> Events(Clinic clinic, string message, string action)
    {
        var admin = await clinic.Has(Role.Admin);
        var all = (await admin.Get("/fhir/AuditEvent?_count=200")).Is(200).Text;
        Assert.DoesNotContain(Secret, all, StringComparison.Ordinal);
        var found = (await admin.Get($"/fhir/AuditEvent?entity=Communication/{message}&action={action}")).Is(200).Json;
        return [.. found.GetProperty("entry").EnumerateArray().Select(entry => entry.GetProperty("resource"))];
    }

    private static IEnumerable<string> Agents(JsonElement told, bool isRequestor) => told.GetProperty("agent").EnumerateArray()
        .Where(agent => agent.GetProperty("requestor").GetBoolean() == isRequestor)
        .Select(agent => Named(agent.GetProperty("who")));

    private static IEnumerable<string> Objects(JsonElement told) => told.GetProperty("entity").EnumerateArray()
        .Select(entity => Named(entity.GetProperty("what")));

    private static string Named(JsonElement reference)
    {
        if (reference.TryGetProperty("reference", out var text)) return text.GetString()!;
        var identifier = reference.GetProperty("identifier");
        return identifier.TryGetProperty("system", out var system) ? $"{system}|{identifier.Text("value")}" : identifier.Text("value");
    }
}

public sealed class MessageAuditsOnSqlite(SqliteHouse house) : MessageAuditTests(house);

public sealed class MessageAuditsOnPostgres(PostgresHouse house) : MessageAuditTests(house);
