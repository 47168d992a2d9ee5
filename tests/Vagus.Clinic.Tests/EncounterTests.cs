using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Clinic.Tests;

public abstract class EncounterTests(House house)
{
    private const string Door = "/api/encounters";

    [Fact]
    public async Task A_visit_goes_from_start_to_signature_with_its_events()
    {
        var (clinic, provider) = await Opened();

        var visit = (await provider.Post(Door, Visit())).Is(201);
        (await provider.Post($"{Door}/{visit.Id}/vitals", new { heartRate = 71, systolic = 128, diastolic = 82 })).Is(201);
        (await provider.Put($"{Door}/{visit.Id}", new { note = "Doing well.", version = 1 })).Is(200);
        (await provider.Post($"{Door}/{visit.Id}/complete", new { version = 2 })).Is(200);
        var signed = (await provider.Post($"{Door}/{visit.Id}/sign", new { version = 3 })).Is(200);

        Assert.True(signed["isSigned"].GetBoolean());
        Assert.Equal("finished", signed["status"].GetString());
        Assert.Equal(
            ["encounter.started", "encounter.vitals.recorded", "encounter.completed", "encounter.signed"],
            (await clinic.Events("encounter.*")).Select(each => each.Type));
        var listed = (await provider.Get($"{Door}?patientId=p-1")).Is(200)["items"][0];
        Assert.True(listed.GetProperty("isSigned").GetBoolean());
        Assert.Equal("p-1 Doe", listed.GetProperty("patientName").GetString());
    }

    [Fact]
    public async Task Vitals_are_Observations_of_the_vital_signs_profiles_with_UCUM_units_told_as_one_event()
    {
        var (clinic, provider) = await Opened();
        var nurse = await clinic.Has(Role.Nurse);
        var visit = (await provider.Post(Door, Visit())).Is(201);

        var recorded = (await nurse.Post($"{Door}/{visit.Id}/vitals", new
        {
            heartRate = 71, systolic = 128, temperature = 37.20m, respiratoryRate = 14, oxygenSaturation = 98, weight = 81.5m, height = 178,
        })).Is(201);

        Assert.Equal(7, recorded["observationIds"].GetArrayLength());
        var found = (await nurse.Get($"/fhir/Observation?encounter=Encounter/{visit.Id}&category=vital-signs")).Is(200);
        var units = found["entry"].EnumerateArray().Select(entry => entry.GetProperty("resource"))
            .Where(each => each.TryGetProperty("valueQuantity", out _))
            .ToDictionary(CodeOf, each => each.GetProperty("valueQuantity").GetProperty("code").GetString());
        Assert.Equal("/min", units["8867-4"]);
        Assert.Equal("Cel", units["8310-5"]);
        Assert.Equal("/min", units["9279-1"]);
        Assert.Equal("%", units["2708-6"]);
        Assert.Equal("kg", units["29463-7"]);
        Assert.Equal("cm", units["8302-2"]);
        var told = Assert.Single(await clinic.Events("encounter.vitals.recorded")).Data;
        Assert.Equal(8, told.GetProperty("vitals").GetArrayLength());
        var vitals = (await provider.Get($"{Door}/{visit.Id}")).Is(200)["vitals"].EnumerateArray()
            .ToDictionary(each => each.GetProperty("name").GetString()!, each => each.GetProperty("value").GetDecimal());
        Assert.Equal(128, vitals["systolic"]);
        Assert.Equal(37.2m, vitals["temperature"]);
        Assert.False(vitals.ContainsKey("diastolic"));
        (await nurse.Post($"{Door}/{visit.Id}/vitals", new { temperature = 98.6 })).IsRefused(400, "invalid_field");
        (await nurse.Post($"{Door}/{visit.Id}/vitals", new { })).IsRefused(400, "missing_field");
    }

    [Fact]
    public async Task Diagnoses_and_procedures_are_replaced_as_lists_and_what_goes_is_an_error()
    {
        var (_, provider) = await Opened();
        var visit = (await provider.Post(Door, Visit())).Is(201);
        var flu = new { display = "Influenza", code = "6142004" };
        var first = (await provider.Put($"{Door}/{visit.Id}", new
        {
            diagnoses = new object[] { flu, new { display = "Cough" } }, procedures = new[] { new { display = "Auscultation" } },
        })).Is(200);

        var diagnoses = new object[] { flu, new { display = "Asthma" } };
        var second = (await provider.Put($"{Door}/{visit.Id}", new { diagnoses })).Is(200);

        Assert.Equal(["Influenza", "Cough"], Displays(first, "diagnoses"));
        Assert.Equal(["Influenza", "Asthma"], Displays(second, "diagnoses"));
        Assert.Equal(["Auscultation"], Displays(second, "procedures"));
        Assert.Equal(first["diagnoses"][0].GetProperty("id").GetString(), second["diagnoses"][0].GetProperty("id").GetString());
        var cough = first["diagnoses"][1].GetProperty("id").GetString();
        var condition = (await provider.Get($"/fhir/Condition/{cough}")).Is(200);
        Assert.Equal("entered-in-error", CodeOf(condition["verificationStatus"]));
        (await provider.Put($"{Door}/{visit.Id}", new { diagnoses = new[] { new { code = "" } } })).IsRefused(400, "invalid_field");
    }

    [Fact]
    public async Task What_cannot_follow_is_refused_with_what_can()
    {
        var (_, provider) = await Opened();
        var visit = (await provider.Post(Door, Visit())).Is(201);

        var early = (await provider.Post($"{Door}/{visit.Id}/sign")).IsRefused(409, "invalid_transition");
        (await provider.Post($"{Door}/{visit.Id}/complete")).Is(200);
        var twice = (await provider.Post($"{Door}/{visit.Id}/complete")).IsRefused(409, "invalid_transition");

        Assert.Equal("in_progress", early["from"].GetString());
        Assert.Equal(["finished"], Allowed(early));
        Assert.Equal(["signed"], Allowed(twice));
    }

    [Fact]
    public async Task A_signed_visit_is_not_changed_and_not_signed_again()
    {
        var (_, provider) = await Opened();
        var visit = (await provider.Post(Door, Visit())).Is(201);
        (await provider.Post($"{Door}/{visit.Id}/complete")).Is(200);
        (await provider.Post($"{Door}/{visit.Id}/sign")).Is(200);

        (await provider.Put($"{Door}/{visit.Id}", new { note = "More." })).IsRefused(409, "invalid_transition");
        (await provider.Post($"{Door}/{visit.Id}/vitals", new { heartRate = 70 })).IsRefused(409, "invalid_transition");
        (await provider.Post($"{Door}/{visit.Id}/sign")).IsRefused(409, "invalid_transition");
        (await provider.Post($"{Door}/{visit.Id}/complete")).IsRefused(409, "invalid_transition");
    }

    [Fact]
    public async Task Of_two_signatures_at_once_one_is_made()
    {
        var (_, provider) = await Opened();
        var visit = (await provider.Post(Door, Visit())).Is(201);
        (await provider.Post($"{Door}/{visit.Id}/complete")).Is(200);

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => provider.Post($"{Door}/{visit.Id}/sign")));

        Assert.Equal(1, answers.Count(answer => answer.Status == 200));
        var provenances = (await provider.Get($"/fhir/Provenance?target=Encounter/{visit.Id}")).Is(200);
        Assert.Equal(1, provenances["entry"].GetArrayLength());
    }

    [Fact]
    public async Task One_appointment_has_one_visit_and_it_is_of_its_patient()
    {
        var (_, provider) = await Opened();
        var booking = new { patientId = "p-1", providerId = "dr-1", start = "2026-11-26T09:00:00Z" };
        var booked = (await provider.Post("/api/appointments", booking)).Is(201).Id;

        var visit = (await provider.Post(Door, Visit(appointment: booked))).Is(201);

        Assert.Equal(booked, visit["appointmentId"].GetString());
        var again = (await provider.Post(Door, Visit(appointment: booked))).IsRefused(409, "encounter_exists");
        Assert.Equal(visit.Id, again["encounterId"].GetString());
        (await provider.Post(Door, Visit(patient: "p-2", appointment: booked))).IsRefused(422, "unknown_appointment");
        (await provider.Post(Door, Visit(appointment: "none"))).IsRefused(422, "unknown_appointment");
    }

    [Fact]
    public async Task A_visit_that_a_newer_rule_would_refuse_goes_on()
    {
        var (clinic, provider) = await Opened();
        var visit = (await provider.Post(Door, Visit())).Is(201);
        var stored = (await provider.Get($"/fhir/Encounter/{visit.Id}")).Is(200).Json.GetRawText();
        const string Narrative = """ "text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><script/></div>"},""";
        await house.Get<GroupCommit>().Write<int>(
            clinic.Tenant, async (write, cancel) => await write.Execute(
                SetBody, [Encoding.UTF8.GetBytes($"{{{Narrative}{stored[1..]}"), clinic.Tenant.Value, visit.Id], cancel),
            CancellationToken.None);

        var done = (await provider.Post($"{Door}/{visit.Id}/complete", new { version = 1 })).Is(200);

        Assert.Equal("finished", done["status"].GetString());
        var text = (await provider.Get($"/fhir/Encounter/{visit.Id}")).Is(200)["text"];
        Assert.Contains("<script/>", text.GetProperty("div").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_writer_is_told_what_changed()
    {
        var (clinic, provider) = await Opened();
        var nurse = await clinic.Has(Role.Nurse);
        var visit = (await provider.Post(Door, Visit())).Is(201);
        (await provider.Post($"{Door}/{visit.Id}/complete", new { version = 1 })).Is(200);

        var late = (await nurse.Put($"{Door}/{visit.Id}", new { note = "Late.", version = 1 })).IsRefused(409, "stale_version");

        Assert.Equal(["status", "endedAt"], late["changed"].EnumerateArray().Select(each => each.GetString()));
        Assert.Equal(2, late["current"].GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task A_second_writer_is_told_which_parts_of_a_visit_changed_as_far_as_it_reads_them()
    {
        var (clinic, provider) = await Opened();
        var nurse = await clinic.Has(Role.Nurse);
        var visit = (await provider.Post(Door, Visit())).Is(201);
        var cough = new[] { new { display = "Cough" } };
        var first = (await provider.Put($"{Door}/{visit.Id}", new { note = "Coughs.", diagnoses = cough })).Is(200);
        var second = (await provider.Put($"{Door}/{visit.Id}", new { diagnoses = Array.Empty<object>(), version = first.Version })).Is(200);

        var late = (await nurse.Put($"{Door}/{visit.Id}", new { note = "x" }, ifMatch: "W/\"1\"")).IsRefused(409, "stale_version");
        var later = (await nurse.Put($"{Door}/{visit.Id}", new { note = "x", version = first.Version })).IsRefused(409, "stale_version");
        var vitals = (await nurse.Post($"{Door}/{visit.Id}/vitals", new { heartRate = 70, version = first.Version }))
            .IsRefused(409, "stale_version");

        Assert.Equal(["note", "diagnoses"], Changed(late));
        Assert.Equal(["diagnoses"], Changed(later));
        Assert.Equal(["diagnoses"], Changed(vitals));
        (await nurse.Put($"{Door}/{visit.Id}", new { note = "x", version = second.Version })).Is(200);
    }

    [Fact]
    public async Task Each_role_sees_of_a_visit_what_its_role_reads_and_others_find_nothing()
    {
        var (clinic, provider) = await Opened();
        var other = await house.NewClinic();
        await other.HasProvider("dr-1", "p-1");
        var visit = (await provider.Post(Door, Visit())).Is(201);
        (await provider.Put($"{Door}/{visit.Id}", new { note = "A draft.", diagnoses = new[] { new { display = "Asthma" } } })).Is(200);
        var (desk, patient) = (await clinic.Has(Role.FrontDesk), await clinic.Has(Role.Patient, patient: "p-1"));
        var (neighbour, stranger) = (await clinic.Has(Role.Patient, patient: "p-2"), await other.Has(Role.Provider, practitioner: "dr-1"));
        var strange = (await stranger.Post(Door, Visit())).Is(201);

        Assert.DoesNotContain("Asthma", (await desk.Get($"{Door}/{visit.Id}")).Is(200).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("draft", (await patient.Get($"{Door}/{visit.Id}")).Is(200).Text, StringComparison.Ordinal);
        (await neighbour.Get($"{Door}/{visit.Id}")).IsRefused(404, "not_found");
        Assert.Equal(0, (await neighbour.Get(Door)).Is(200)["items"].GetArrayLength());
        (await desk.Put($"{Door}/{visit.Id}", new { note = "x" })).Is(403);
        (await (await clinic.Has(Role.Nurse)).Post($"{Door}/{visit.Id}/sign")).Is(403);
        foreach (var (who, id) in new[] { (stranger, visit.Id), (provider, strange.Id) })
        {
            (await who.Get($"{Door}/{id}")).IsRefused(404, "not_found");
            (await who.Put($"{Door}/{id}", new { note = "x" })).IsRefused(404, "not_found");
            (await who.Post($"{Door}/{id}/complete")).IsRefused(404, "not_found");
            (await who.Post($"{Door}/{id}/sign")).IsRefused(404, "not_found");
            (await who.Post($"{Door}/{id}/vitals", new { heartRate = 70 })).IsRefused(404, "not_found");
        }

        (await provider.Post($"{Door}/{visit.Id}/complete")).Is(200);
        (await provider.Post($"{Door}/{visit.Id}/sign")).Is(200);
        Assert.Equal("A draft.", (await patient.Get($"{Door}/{visit.Id}")).Is(200)["note"].GetProperty("text").GetString());
    }

    [Fact]
    public async Task A_diagnosis_that_is_hidden_from_who_writes_and_signs_is_neither_told_nor_lost_nor_signed()
    {
        var (clinic, provider) = await Opened();
        var admin = await clinic.Has(Role.Admin, seesLabels: true);
        var visit = (await provider.Post(Door, Visit())).Is(201);
        var made = (await admin.Put($"{Door}/{visit.Id}", new { diagnoses = new[] { new { display = "Alcohol dependence" } } })).Is(200);
        var hidden = made["diagnoses"][0].GetProperty("id").GetString()!;
        var condition = JsonNode.Parse((await admin.Get($"/fhir/Condition/{hidden}")).Is(200).Text)!.AsObject();
        condition["meta"] = JsonSerializer.SerializeToNode(new
        {
            security = new[] { new { system = "http://terminology.hl7.org/CodeSystem/v3-ActCode", code = "ETH" } },
        });
        (await admin.Put($"/fhir/Condition/{hidden}", condition.ToJsonString())).Is(200);

        var changed = (await provider.Put($"{Door}/{visit.Id}", new { diagnoses = new[] { new { display = "Asthma" } } })).Is(200);
        (await provider.Post($"{Door}/{visit.Id}/complete")).Is(200);
        var signed = (await provider.Post($"{Door}/{visit.Id}/sign")).Is(200);

        Assert.Equal(["Asthma"], Displays(changed, "diagnoses"));
        Assert.DoesNotContain(hidden, changed.Text + signed.Text, StringComparison.Ordinal);
        Assert.Contains("Alcohol", (await admin.Get($"{Door}/{visit.Id}")).Is(200).Text, StringComparison.Ordinal);
        var provenance = (await provider.Get($"/fhir/Provenance?target=Encounter/{visit.Id}")).Is(200);
        Assert.DoesNotContain(hidden, provenance.Text, StringComparison.Ordinal);
    }

    private async Task<(Clinic Clinic, Person Provider)> Opened()
    {
        var clinic = await house.NewClinic();
        return (clinic, await clinic.HasProvider("dr-1", "p-1", "p-2"));
    }

    private static Dictionary<string, string> Visit(string patient = "p-1", string? appointment = null)
    {
        var visit = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["patientId"] = patient, ["providerId"] = "dr-1", ["type"] = "Follow-up", ["reason"] = "Blood pressure",
        };
        if (appointment is not null) visit["appointmentId"] = appointment;
        return visit;
    }

    private static IEnumerable<string?> Displays(Answer visit, string list) =>
        [.. visit[list].EnumerateArray().Select(each => each.GetProperty("display").GetString())];

    private static IEnumerable<string?> Changed(Answer stale) =>
        [.. stale["changed"].EnumerateArray().Select(each => each.GetString())];

    private static IEnumerable<string?> Allowed(Answer refused) =>
        [.. refused["allowed"].EnumerateArray().Select(each => each.GetString())];

    private static string CodeOf(JsonElement resource) =>
        (resource.TryGetProperty("code", out var concept) ? concept : resource).GetProperty("coding")[0].GetProperty("code").GetString()!;

    private static readonly Statement SetBody = new("""
        update fhir_version
        set body = @body
        where tenant_id = @tenant_id
          and rid = (
            select r.rid
            from fhir_resource r
            join fhir_name n on n.number = r.type_number and n.tenant_id = fhir_version.tenant_id and n.name = 'Encounter'
            where r.id = @id)
        """);
}

public sealed class EncounterTestsOnSqlite(SqliteHouse house) : EncounterTests(house);

public sealed class EncounterTestsOnPostgres(PostgresHouse house) : EncounterTests(house);
