using System.Text.Json;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Clinic.Tests;

/// <summary>What waits too long, also of records that came by /fhir, and for whom it is there.</summary>
public abstract class OverdueBiopsyTests(House house)
{
    private const string Door = "/api/biopsies";

    [Fact]
    public async Task Overdue_is_what_waits_for_a_result_or_a_review_until_it_is_done()
    {
        var (clinic, provider, lab) = await Opened();
        var admin = await clinic.Has(Role.Admin);
        await clinic.Sets("biopsy-limits", new { resultDays = 10 });
        await OrderedAt(admin, "old", -11);
        await OrderedAt(admin, "young", -9);
        await OrderedAt(admin, "answered", -40);
        await ReportedAt(admin, "answered", -4);
        await OrderedAt(admin, "read", -41);
        await ReportedAt(admin, "read", -20);
        (await provider.Post($"{Door}/read/review", new { decision = "Watch" })).Is(200);

        Assert.Equal(["answered:review", "old:result"], await Overdue(provider));
        Assert.Equal(["answered:review"], await Overdue(provider, "&limit=1"));
        (await lab.Post($"{Door}/old/result", BiopsyTests.Found())).Is(200);
        Assert.Equal(["answered:review"], await Overdue(provider));
        (await provider.Post($"{Door}/answered/review", new { decision = "Excise" })).Is(200);
        Assert.Empty(await Overdue(provider));
    }

    [Fact]
    public async Task Overdue_knows_a_biopsy_by_its_words_and_one_whose_order_was_completed_without_a_review()
    {
        var (clinic, provider, _) = await Opened();
        var admin = await clinic.Has(Role.Admin);
        await OrderedAt(admin, "words", -30, """{"text":"Punch biopsy, left arm"}""");
        await OrderedAt(admin, "done", -29);
        await ReportedAt(admin, "done", -20);
        await OrderedAt(admin, "done", -29, status: "completed");
        await OrderedAt(admin, "withdrawn", -28);
        await OrderedAt(admin, "withdrawn", -28, status: "revoked");
        await OrderedAt(admin, "lab", -27, """{"text":"Potassium"}""");

        Assert.Equal(["words:result", "done:review"], await Overdue(provider));
        Assert.Equal(["words:result", "done:review"], await Overdue(provider, "&patientId=p-1&providerId=dr-1"));
        Assert.Empty(await Overdue(provider, "&patientId=p-2"));
        (await provider.Post("/fhir/Provenance", Signature("ServiceRequest/words"))).Is(201);
        (await provider.Post("/fhir/Provenance", Signature("ServiceRequest/done"))).Is(201);

        Assert.Equal(["words:result"], await Overdue(provider));
    }

    [Fact]
    public async Task A_result_that_is_amended_at_fhir_after_its_review_is_overdue_again()
    {
        var (clinic, provider, lab) = await Opened();
        var admin = await clinic.Has(Role.Admin);
        await OrderedAt(admin, "b", -30);
        await ReportedAt(admin, "b", -20);
        (await provider.Post($"{Door}/b/review", new { decision = "Watch" })).Is(200);
        Assert.Empty(await Overdue(provider));

        await ReportedAt(admin, "b", -4, "amended");

        Assert.Equal(["b:review"], await Overdue(provider));
        Assert.Equal("resulted", Text((await lab.Get(Door)).Is(200)["items"][0], "status"));
        (await provider.Post($"{Door}/b/review", new { decision = "Excise" })).Is(200);
        Assert.Empty(await Overdue(provider));
    }

    [Fact]
    public async Task A_result_that_names_the_specimen_alone_is_overdue_again_when_it_is_amended()
    {
        var (clinic, provider, _) = await Opened();
        var admin = await clinic.Has(Role.Admin);
        await OrderedAt(admin, "b", -30, specimen: "taken");
        await ReportedAt(admin, "b", -20, specimen: "taken");
        (await provider.Post($"{Door}/b/review", new { decision = "Watch" })).Is(200);
        Assert.Empty(await Overdue(provider));

        await ReportedAt(admin, "b", -4, "amended", specimen: "taken");

        Assert.Equal(["b:review"], await Overdue(provider));
    }

    [Fact]
    public async Task Biopsies_from_before_the_index_are_on_the_overdue_list()
    {
        var (clinic, provider, _) = await Opened();
        var admin = await clinic.Has(Role.Admin);
        await OrderedAt(admin, "old", -30);
        await OrderedAt(admin, "done", -29);
        await ReportedAt(admin, "done", -20);
        await OrderedAt(admin, "done", -29, status: "completed");
        await house.Get<GroupCommit>().Write<bool>(
            clinic.Tenant,
            async (write, cancel) => await write.Execute(Forget, [clinic.Tenant.Value], cancel) > 0,
            CancellationToken.None);

        Assert.Equal(["old:result", "done:review"], await Overdue(provider));
        Assert.Equal(["old:result", "done:review"], await Overdue(provider));
    }

    [Fact]
    public async Task A_labelled_biopsy_is_not_there_for_those_who_may_not_see_it_and_what_belongs_to_it_is_labelled_too()
    {
        var (clinic, provider, lab) = await Opened();
        var admin = await clinic.Has(Role.Admin, seesLabels: true);
        var allowed = await clinic.Has(Role.Provider, practitioner: "dr-1", seesLabels: true);
        await OrderedAt(admin, "hidden", -30, label: "R");
        await OrderedAt(admin, "plain", -29);

        Assert.Equal(["plain:result"], await Overdue(provider));
        Assert.Equal(["plain"], Ids(await provider.Get(Door)));
        foreach (var (person, path, body) in new (Person, string, object)[]
        {
            (lab, "result", BiopsyTests.Found()), (provider, "review", new { decision = "x" }),
        })
        {
            var hidden = (await person.Post($"{Door}/hidden/{path}", body)).IsRefused(404, "not_found");
            var absent = await person.Post($"{Door}/absent/{path}", body);
            Assert.Equal(hidden.WithoutTrace.Replace("hidden", "absent", StringComparison.Ordinal), absent.WithoutTrace);
        }

        (await provider.Put($"{Door}/hidden", new { site = "x" })).IsRefused(404, "not_found");
        (await admin.Post($"{Door}/hidden/result", BiopsyTests.Found())).Is(200);
        Assert.Equal(["plain:result"], await Overdue(provider));
        Assert.Equal(0, (await lab.Get("/fhir/DiagnosticReport")).Is(200)["total"].GetInt32());
        Assert.Equal(["hidden", "plain"], Ids(await allowed.Get(Door)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_review_that_was_signed_at_fhir_is_one_and_what_came_after_it_is_not_reviewed()
    {
        var (clinic, provider, _) = await Opened();
        var admin = await clinic.Has(Role.Admin);
        await OrderedAt(admin, "b", -30);
        await ReportedAt(admin, "b", -10);
        (await provider.Post("/fhir/Provenance", Signature("DiagnosticReport/b-report"))).Is(201);

        Assert.Equal("reviewed", Text((await provider.Get(Door)).Is(200)["items"][0], "status"));
        await ReportedAt(admin, "b", -1, "amended");

        Assert.Equal("resulted", Text((await provider.Get(Door)).Is(200)["items"][0], "status"));
        (await provider.Post($"{Door}/b/review", new { decision = "Excise" })).Is(200);
        Assert.Equal(2, (await clinic.Events("biopsy.reviewed")).Count);
    }

    private async Task<(Clinic Clinic, Person Provider, Person Lab)> Opened()
    {
        var clinic = await house.NewClinic();
        return (clinic, await clinic.HasProvider("dr-1", "p-1", "p-2"), await clinic.Has(Role.Lab));
    }

    private static string[] Ids(Answer list) =>
        [.. list.Is(200)["items"].EnumerateArray().Select(each => Text(each, "id") ?? "")];

    private static async Task OrderedAt(
        Person admin, string id, int days, string? code = null, string status = "active", string? label = null,
        string? specimen = null)
    {
        var taken = specimen is null ? "" : $$$""" "specimen":[{"reference":"Specimen/{{{specimen}}}"}],""";
        code ??= """{"coding":[{"system":"http://snomed.info/sct","code":"240977001"}]}""";
        var meta = label is null ? "" : $$"""
            "meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"{{label}}"}]},
            """;
        Assert.InRange(
            (await admin.Put($"/fhir/ServiceRequest/{id}", $$$"""
            {"resourceType":"ServiceRequest","id":"{{{id}}}",{{{meta}}}{{{taken}}}"status":"{{{status}}}","intent":"order","code":{{{code}}},
             "authoredOn":"{{{DateTime.UtcNow.AddDays(days):O}}}","subject":{"reference":"Patient/p-1"},
             "requester":{"reference":"Practitioner/dr-1"}}
            """)).Status, 200, 201);
    }

    private static async Task ReportedAt(Person admin, string id, int days, string status = "final", string? specimen = null)
    {
        var about = specimen is null
            ? $$$""" "basedOn":[{"reference":"ServiceRequest/{{{id}}}"}] """ : $$$""" "specimen":[{"reference":"Specimen/{{{specimen}}}"}] """;
        var written = await admin.Put($"/fhir/DiagnosticReport/{id}-report", $$$"""
            {"resourceType":"DiagnosticReport","id":"{{{id}}}-report","status":"{{{status}}}","issued":"{{{DateTime.UtcNow.AddDays(days):O}}}",
             "subject":{"reference":"Patient/p-1"},{{{about}}},"code":{"text":"Surgical pathology"},"conclusion":"Nevus"}
            """);
        Assert.InRange(written.Status, 200, 201);
    }

    private static object Signature(string target)
    {
        var when = DateTime.UtcNow.ToString("O");
        return new
        {
            resourceType = "Provenance", target = new[] { new { reference = target } }, recorded = when,
            agent = new[] { new { who = new { reference = "Practitioner/dr-1" } } },
            signature = new[]
            {
                new
                {
                    type = new[] { new { system = "urn:iso-astm:E1762-95:2013", code = "1.2.840.10065.1.12.1.5" } }, when,
                    who = new { reference = "Practitioner/dr-1" },
                },
            },
        };
    }

    private static readonly Statement Forget = new("""
        delete from clinic_biopsy
        where tenant_id = @tenant_id
        """);

    private static async Task<string[]> Overdue(Person person, string more = "") =>
    [
        .. (await person.Get($"{Door}?overdue=true{more}")).Is(200)["items"].EnumerateArray()
            .Select(each => $"{Text(each, "id")}:{Text(each, "overdue")}"),
    ];

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}

public sealed class OverdueBiopsiesOnSqlite(SqliteHouse house) : OverdueBiopsyTests(house);

public sealed class OverdueBiopsiesOnPostgres(PostgresHouse house) : OverdueBiopsyTests(house);
