using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Kernel;

namespace Vagus.Clinic.Tests;

/// <summary>What is added to a signed encounter: it is signed itself, and leaves what was signed before as it was.</summary>
public abstract class AddendumTests(House house)
{
    private const string Door = "/api/encounters";

    [Fact]
    public async Task A_signed_visit_takes_an_addendum_that_is_signed_and_shown_with_its_author()
    {
        var (clinic, provider, visit) = await Signed();
        var before = (await provider.Get($"{Door}/{visit}")).Is(200);

        var added = (await provider.Post($"{Door}/{visit}/addenda", new { text = "The X-ray came later: normal." })).Is(201);
        (await provider.Post($"{Door}/{visit}/addenda", new { text = "And the blood count." })).Is(201);

        var addendum = Assert.Single(added["addenda"].EnumerateArray());
        Assert.Equal(
            ("The X-ray came later: normal.", "dr-1", "Maya Okafor", true), (
                Text(addendum, "text"), Text(addendum, "authorId"), Text(addendum, "authorName"),
                addendum.GetProperty("isSigned").GetBoolean()));
        var shown = (await provider.Get($"{Door}/{visit}")).Is(200);
        Assert.Equal(
            ["The X-ray came later: normal.", "And the blood count."],
            shown["addenda"].EnumerateArray().Select(each => Text(each, "text")));
        Assert.Equal(before["note"].GetRawText(), shown["note"].GetRawText());
        Assert.Equal(before.Version, shown.Version);
        var document = (await provider.Get($"/fhir/DocumentReference/{Text(addendum, "id")}")).Is(200);
        Assert.Equal("final", document["docStatus"].GetString());
        Assert.Equal("appends", Text(document["relatesTo"][0], "code"));
        Assert.Equal(3, (await clinic.Events("encounter.signed")).Count);
    }

    [Fact]
    public async Task Its_signature_names_the_versions_that_it_adds_to_and_theirs_is_left_alone()
    {
        var (_, provider, visit) = await Signed();
        var first = await Provenances(provider, visit);

        var added = (await provider.Post($"{Door}/{visit}/addenda", new { text = "More." })).Is(201);

        var both = await Provenances(provider, visit);
        var second = Assert.Single(both, each => first.All(known => Text(known, "id") != Text(each, "id")));
        Assert.Equal(
            [$"DocumentReference/{Text(added["addenda"][0], "id")}/_history/1", Targets(first[0])[0], Targets(first[0])[1]], Targets(second));
        Assert.Equal(first[0].GetRawText(), both.Single(each => Text(each, "id") == Text(first[0], "id")).GetRawText());
    }

    [Fact]
    public async Task Only_a_signed_visit_takes_one_and_only_of_a_provider_with_a_record()
    {
        var (clinic, provider, visit) = await Signed();
        var open = (await provider.Post(Door, new { patientId = "p-1", providerId = "dr-1" })).Is(201).Id;
        var (nurse, other) = (await clinic.Has(Role.Nurse), await (await house.NewClinic()).HasProvider("dr-1", "p-1"));
        var text = new { text = "More." };

        var refused = (await provider.Post($"{Door}/{open}/addenda", text)).IsRefused(409, "invalid_transition");
        Assert.Equal("in_progress", refused["from"].GetString());
        (await nurse.Post($"{Door}/{visit}/addenda", text)).IsRefused(403, "forbidden");
        (await (await clinic.Has(Role.Provider)).Post($"{Door}/{visit}/addenda", text)).IsRefused(422, "no_practitioner");
        (await other.Post($"{Door}/{visit}/addenda", text)).IsRefused(404, "not_found");
        (await provider.Post($"{Door}/{visit}/addenda", new { text = " " })).IsRefused(400, "invalid_field");
        (await provider.Post($"{Door}/{visit}/addenda", new { text = "x", version = 1 })).IsRefused(409, "stale_version");
        (await provider.Put($"{Door}/{visit}", new { note = "x" })).IsRefused(409, "invalid_transition");
    }

    [Fact]
    public async Task A_double_click_adds_once()
    {
        var (_, provider, visit) = await Signed();
        var path = $"{Door}/{visit}/addenda";

        var both = await Task.WhenAll(
            provider.PostOnce("click", path, new { text = "More." }), provider.PostOnce("click", path, new { text = "More." }));

        Assert.All(both, answer => Assert.Single(answer.Is(201)["addenda"].EnumerateArray()));
        (await provider.PostOnce("click", path, new { text = "Other." })).IsRefused(422, "idempotency_key_reused");
    }

    [Fact]
    public async Task The_patient_reads_it_as_the_signed_note()
    {
        var (clinic, provider, visit) = await Signed();
        var (own, other) = (await clinic.Has(Role.Patient, patient: "p-1"), await clinic.Has(Role.Patient, patient: "p-2"));

        (await provider.Post($"{Door}/{visit}/addenda", new { text = "More." })).Is(201);

        Assert.Single((await own.Get($"{Door}/{visit}")).Is(200)["addenda"].EnumerateArray());
        (await other.Get($"{Door}/{visit}")).IsRefused(404, "not_found");
    }

    [Fact]
    public async Task An_addendum_to_a_note_that_was_withheld_after_its_signature_is_withheld_from_the_patient_too()
    {
        var (clinic, provider, visit) = await Signed();
        var patient = await clinic.Has(Role.Patient, patient: "p-1");
        await Label(provider, (await provider.Get($"{Door}/{visit}")).Is(200)["note"], "v3-ActCode", "NOPAT");

        var added = (await provider.Post($"{Door}/{visit}/addenda", new { text = "Withheld words." })).Is(201);

        Assert.Equal("Withheld words.", Text(Assert.Single(added["addenda"].EnumerateArray()), "text"));
        var shown = (await patient.Get($"{Door}/{visit}")).Is(200);
        Assert.DoesNotContain("Withheld", shown.Text, StringComparison.Ordinal);
        (await patient.Get($"/fhir/DocumentReference/{Text(added["addenda"][0], "id")}")).Is(404);
    }

    [Fact]
    public async Task Who_cannot_see_the_signed_note_adds_nothing_to_it()
    {
        var (clinic, provider, visit) = await Signed();
        var trusted = await clinic.Has(Role.Provider, practitioner: "dr-1", seesLabels: true);
        await Label(trusted, (await trusted.Get($"{Door}/{visit}")).Is(200)["note"], "v3-Confidentiality", "R");

        (await provider.Post($"{Door}/{visit}/addenda", new { text = "More." })).IsRefused(409, "note_hidden");

        Assert.Empty((await trusted.Get($"{Door}/{visit}")).Is(200)["addenda"].EnumerateArray());
        var added = (await trusted.Post($"{Door}/{visit}/addenda", new { text = "Restricted words." })).Is(201);
        Assert.Single(added["addenda"].EnumerateArray());
        Assert.DoesNotContain("Restricted", (await provider.Get($"{Door}/{visit}")).Is(200).Text, StringComparison.Ordinal);
    }

    private static async Task Label(Person by, JsonElement note, string system, string code)
    {
        var path = $"/fhir/DocumentReference/{Text(note, "id")}";
        var document = JsonNode.Parse((await by.Get(path)).Is(200).Text)!.AsObject();
        document["meta"] = JsonSerializer.SerializeToNode(new
        {
            security = new[] { new { system = $"http://terminology.hl7.org/CodeSystem/{system}", code } },
        });
        (await by.Put(path, document.ToJsonString())).Is(200);
    }

    private async Task<(Clinic Clinic, Person Provider, string Visit)> Signed()
    {
        var clinic = await house.NewClinic();
        var provider = await clinic.HasProvider("dr-1", "p-1", "p-2");
        var visit = (await provider.Post(Door, new { patientId = "p-1", providerId = "dr-1" })).Is(201).Id;
        (await provider.Put($"{Door}/{visit}", new { note = "Well." })).Is(200);
        (await provider.Post($"{Door}/{visit}/complete")).Is(200);
        (await provider.Post($"{Door}/{visit}/sign")).Is(200);
        return (clinic, provider, visit);
    }

    private static async Task<List<JsonElement>> Provenances(Person reader, string visit) =>
        [.. (await reader.Get($"/fhir/Provenance?target=Encounter/{visit}")).Is(200)["entry"].EnumerateArray()
            .Select(entry => entry.GetProperty("resource"))];

    private static string[] Targets(JsonElement provenance) =>
        [.. provenance.GetProperty("target").EnumerateArray().Select(target => Text(target, "reference")!)];

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}

public sealed class AddendumTestsOnSqlite(SqliteHouse house) : AddendumTests(house);

public sealed class AddendumTestsOnPostgres(PostgresHouse house) : AddendumTests(house);
