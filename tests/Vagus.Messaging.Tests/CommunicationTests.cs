using System.Text.Json;
using Vagus.Kernel;

namespace Vagus.Messaging.Tests;

/// <summary>Messages as FHIR shows them.</summary>
public abstract class CommunicationTests(House house)
{
    [Fact]
    public async Task A_message_is_a_sealed_Communication_that_those_who_take_part_find_and_decrypt()
    {
        var clinic = await house.NewClinic();
        await clinic.HasPatients("p1", "p2");
        var patient = await clinic.Has(Role.Patient, patient: "p1");
        var pharmacist = await clinic.Has(Role.Pharmacy, practitioner: "ph-1");
        var sent = (await patient.Post("/api/messages", new
        {
            recipientId = pharmacist.Id, content = "A secret", contextType = "prescription", contextId = "rx-1",
        })).Is(201);
        var id = sent["id"].GetString();

        var read = (await pharmacist.Get($"/fhir/Communication/{id}")).Is(200);

        Assert.Equal("completed", read["status"].GetString());
        Assert.Equal("Patient/p1", read["sender"].GetProperty("reference").GetString());
        Assert.Equal("Practitioner/ph-1", read["recipient"][0].GetProperty("reference").GetString());
        Assert.Equal("MedicationRequest/rx-1", read["about"][0].GetProperty("reference").GetString());
        Assert.StartsWith("ce1:", read["payload"][0].GetProperty("contentString").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            ["encryption-iv", "encryption-auth-tag", "read-status", "sender-role"],
            read["extension"].EnumerateArray().Select(extension => extension.GetProperty("url").GetString()));
        foreach (var extension in read["extension"].EnumerateArray())
        {
            var value = extension.EnumerateObject().Single(property => property.Name != "url").Name["value".Length..].ToLowerInvariant();
            var definition = (await patient.Get($"/fhir/StructureDefinition/{extension.Text("url")}")).Is(200);
            Assert.Equal(value, definition["differential"].GetProperty("element")[3].GetProperty("type")[0].Text("code"));
        }

        foreach (var reader in new[] { patient, pharmacist })
        {
            Assert.Equal(1, (await reader.Get("/fhir/Communication?sender=Patient/p1")).Is(200)["total"].GetInt32());
            var opened = (await reader.Get($"/fhir/Communication/{id}/$decrypt")).Is(200);
            Assert.Equal("A secret", opened["payload"][0].GetProperty("contentString").GetString());
        }

        foreach (var way in WaysOfType.Concat(WaysOfRecord))
            Assert.Contains(id!, (await pharmacist.Get(way)).Text, StringComparison.Ordinal);
        await Unseen(await clinic.Has(Role.Patient, patient: "p2"), id);
        await Unseen(await clinic.Has(Role.Provider), id);
        await Unseen(await clinic.Has(Role.Admin), id);
        await Unseen(await clinic.Has(Role.Pharmacy), id);
        (await (await clinic.Has(Role.Radiology)).Get("/fhir/Communication")).Is(403);
        var (_, stranger) = (0, await (await house.NewClinic()).Has(Role.Provider));
        await Unseen(stranger, id);
    }

    [Fact]
    public async Task A_read_message_says_so_and_a_retracted_one_has_no_content()
    {
        var clinic = await house.NewClinic();
        var (nurse, doctor) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Provider));
        var id = (await nurse.Post("/api/messages", new { recipientId = doctor.Id, content = "Hello" })).Is(201)["id"].GetString();
        await using var office = await LiveSocket.Open(house, doctor);

        await office.Ask("mark_read", new { messageId = id });
        var read = (await nurse.Get($"/fhir/Communication/{id}")).Is(200);
        (await nurse.Post($"/api/messages/{id}/retraction", new { reason = "wrong person" })).Is(200);
        var retracted = (await doctor.Get($"/fhir/Communication/{id}")).Is(200);

        Assert.True(read["extension"][2].GetProperty("valueBoolean").GetBoolean());
        Assert.True(read.Json.TryGetProperty("received", out _));
        Assert.Equal("entered-in-error", retracted["status"].GetString());
        Assert.False(retracted.Json.TryGetProperty("payload", out _));
        (await doctor.Get($"/fhir/Communication/{id}/$decrypt")).Is(410);
    }

    [Fact]
    public async Task A_Communication_that_is_created_becomes_a_message()
    {
        var clinic = await house.NewClinic();
        var doctor = await clinic.HasPatients("p1");
        var patient = await clinic.Has(Role.Patient, patient: "p1");
        await using var phone = await LiveSocket.Open(house, patient);

        var created = (await doctor.Post("/fhir/Communication", new
        {
            resourceType = "Communication",
            status = "completed",
            recipient = new[] { new { reference = "Patient/p1" } },
            payload = new[] { new { contentString = "Your result is fine" } },
            about = new[] { new { reference = "DiagnosticReport/r-1" } },
        })).Is(201);

        Assert.StartsWith("ce1:", created["payload"][0].GetProperty("contentString").GetString(), StringComparison.Ordinal);
        var arrived = await phone.Hear("new_message");
        Assert.Equal(("Your result is fine", "result"), (
            arrived.GetProperty("content").GetString(), arrived.GetProperty("contextType").GetString()));
        Assert.Equal(created["id"].GetString(), arrived.GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_message_is_neither_replaced_nor_deleted_and_none_comes_by_a_bundle()
    {
        var clinic = await house.NewClinic();
        var (nurse, doctor) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Provider));
        var id = (await nurse.Post("/api/messages", new { recipientId = doctor.Id, content = "Hello" })).Is(201)["id"].GetString();
        var resource = (await nurse.Get($"/fhir/Communication/{id}")).Is(200).Json;
        object Bundle(string type, object resource) => new
        {
            resourceType = "Bundle", type, entry = new[] { new { resource, request = new { method = "POST", url = "Communication" } } },
        };

        (await nurse.Put($"/fhir/Communication/{id}", resource)).Is(422);
        (await nurse.Put("/fhir/Communication/new", new { resourceType = "Communication", id = "new", status = "completed" })).Is(422);
        (await nurse.Post("/fhir", Bundle("transaction", new { resourceType = "Communication", status = "completed" }))).Is(422);
        (await nurse.Post("/fhir/Communication", new { resourceType = "Communication", status = "completed" })).Is(422);
        (await nurse.Post("/fhir/Communication", new
        {
            resourceType = "Communication",
            status = "completed",
            recipient = new[] { new { reference = $"Practitioner/{doctor.Id}" } },
            payload = new[] { new { contentString = "x" } },
            note = new[] { new { text = "dropped?" } },
        })).Is(422);

        Assert.Equal("1", (await nurse.Get($"/fhir/Communication/{id}")).Is(200)["meta"].GetProperty("versionId").GetString());
    }

    [Fact]
    public async Task A_Communication_that_is_not_sent_is_refused_by_its_element_and_makes_no_message()
    {
        var clinic = await house.NewClinic();
        var (nurse, doctor) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Provider));
        object Resource(string status, params (string Name, object Value)[] more) => new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["resourceType"] = "Communication",
            ["status"] = status,
            ["recipient"] = new[] { new { identifier = new { system = "urn:vagus:user", value = doctor.Id } } },
        }.Concat(more.Select(each => KeyValuePair.Create(each.Name, each.Value))).ToDictionary(StringComparer.Ordinal);
        var text = ("payload", (object)new[] { new { contentString = "Not to be sent" } });

        foreach (var status in new[] { "preparation", "on-hold", "stopped", "not-done", "entered-in-error", "unknown" })
        {
            var refused = (await nurse.Post("/fhir/Communication", Resource(status, text))).Is(422);
            Assert.Equal("OperationOutcome", refused["resourceType"].GetString());
            Assert.Equal("Communication.status", refused["issue"][0].GetProperty("expression")[0].GetString());
            (await nurse.Put("/fhir/Communication/new", Resource(status, text, ("id", "new")))).Is(422);
        }

        var textless = (await nurse.Post("/fhir/Communication", Resource("completed"))).Is(422);
        Assert.Equal("Communication.payload", textless["issue"][0].GetProperty("expression")[0].GetString());
        Assert.Equal(0, (await doctor.Get($"/api/messages/conversation?userId={nurse.Id}")).Is(200)["items"].GetArrayLength());
        Assert.Equal(0, (await nurse.Get("/fhir/Communication")).Is(200)["total"].GetInt32());
        (await nurse.Post("/fhir/Communication", Resource("completed", text))).Is(201);
    }

    /// <summary>Ways by which a row of the type comes out.</summary>
    private static readonly string[] WaysOfType =
    [
        "/fhir/Communication", "/fhir/Communication?sent=gt2000", "/fhir/Communication/_history", "/fhir/_history?_count=200",
        "/fhir?_type=Communication,Patient", "/fhir/Communication?_sort=-sent", "/fhir/Communication?sender.name=p1",
    ];

    /// <summary>Ways from the patient's record, for those who may read that.</summary>
    private static readonly string[] WaysOfRecord =
        ["/fhir/Patient/p1/Communication", "/fhir/Patient?_id=p1&_revinclude=Communication:subject", "/fhir/Patient/p1/$everything"];

    private static async Task Unseen(Person reader, string? id)
    {
        (await reader.Get($"/fhir/Communication/{id}")).Is(404);
        (await reader.Get($"/fhir/Communication/{id}/_history/1")).Is(404);
        (await reader.Get($"/fhir/Communication/{id}/$decrypt")).Is(404);
        Assert.Equal(0, (await reader.Get("/fhir/Communication")).Is(200)["total"].GetInt32());
        foreach (var way in WaysOfType.Concat(WaysOfRecord))
            Assert.DoesNotContain(id!, (await reader.Get(way)).Text, StringComparison.Ordinal);
        Assert.Equal(0, (await reader.Get("/fhir/Communication?_summary=count")).Is(200)["total"].GetInt32());
        var had = (await reader.Get("/fhir/Patient?_has:Communication:subject:status=completed")).Is(200).Json;
        Assert.False(had.TryGetProperty("entry", out var patients) && patients.GetArrayLength() > 0);
    }
}

public sealed class CommunicationsOnSqlite(SqliteHouse house) : CommunicationTests(house);

public sealed class CommunicationsOnPostgres(PostgresHouse house) : CommunicationTests(house);
