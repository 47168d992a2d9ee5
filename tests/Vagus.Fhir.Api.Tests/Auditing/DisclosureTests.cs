using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Fhir.Api.Tests.Exports;
using Vagus.Fhir.Api.Tests.Subscribing;
using Vagus.Kernel;
using Vagus.Storage;

namespace Vagus.Fhir.Api.Tests.Auditing;

/// <summary>45 CFR 164.528: what leaves the organization is in the account of each patient it is of.</summary>
public abstract class DisclosureTests(SubscriptionServer server)
{
    [Fact]
    public async Task An_export_is_in_the_account_of_each_patient_it_holds_with_the_types_that_are_of_that_patient()
    {
        var (clinic, elsewhere) = (await Clinic.Open(server), await Clinic.Open(server));
        var (admin, stranger) = (await clinic.Admin(), await elsewhere.Admin());
        foreach (var id in new[] { "p", "q", "r" }) (await admin.Put($"Patient/{id}", Sample.Patient(id, id))).Is(201);
        (await stranger.Put("Patient/p", Sample.Patient("p", "p"))).Is(201);
        (await admin.Put("Observation/o", Sample.Observation("Patient/p", id: "o"))).Is(201);
        var before = DateTimeOffset.UtcNow.AddSeconds(-1);

        await ExportTests.Finished(
            admin, await ExportTests.Begin(admin, "Patient/$export?_type=Patient,Observation&patient=Patient/p&patient=Patient/q"));

        var told = await Account(admin, "p");
        Assert.Equal(["Observation", "Patient"], told.Select(each => each.Type).Order(StringComparer.Ordinal));
        Assert.All(told, each =>
        {
            Assert.Equal(("HSYSADMIN", "p"), (each.Purpose, each.Patient));
            Assert.StartsWith("Export/", each.On, StringComparison.Ordinal);
            Assert.True(each.At >= before);
        });
        var boss = Assert.Single(await server.Get<IFindUsers>().WithRole(
            server.Get<Database>(), clinic.Tenant, Role.Admin, 10, CancellationToken.None)).User.Value;
        Assert.All(told, each => Assert.Equal(boss, each.To));
        Assert.Equal(["Patient"], (await Account(admin, "q")).Select(each => each.Type));
        Assert.Empty(await Account(admin, "r"));
        Assert.Empty(await Account(stranger, "p"));
    }

    [Fact]
    public async Task What_patients_export_of_themselves_is_their_own_access()
    {
        var clinic = await Clinic.Open(server);
        var (admin, own) = (await clinic.Admin(), await clinic.Patient("p"));
        (await admin.Put("Patient/p", Sample.Patient("p", "p"))).Is(201);

        var manifest = (await ExportTests.Finished(own, await ExportTests.Begin(own, "$export?_type=Patient"))).Json;

        Assert.Equal(["Patient/p"], await ExportTests.Exported(own, manifest));
        Assert.Empty(await Account(admin, "p"));
    }

    [Theory]
    [InlineData("rest-hook", "id-only")]
    [InlineData("rest-hook", "full-resource")]
    [InlineData("message", "full-resource")]
    public async Task A_delivery_is_in_the_account_of_each_patient_it_tells_of_before_it_leaves(string type, string content)
    {
        await using var desk = await Desk.Open(server);
        var (admin, stranger) = (await desk.Clinic.Admin(), await (await Clinic.Open(server)).Admin());
        (await admin.Put("Patient/q", Sample.Patient("Q", "q"))).Is(201);
        var endpoint = $"{desk.Receiver.Address}secret-place";
        var id = await desk.Subscribe(desk.Form("Observation?code=718-7", content, type: type, endpoint: endpoint));
        IReadOnlyList<Disclosed> whileSent = [];
        desk.Receiver.BeforeAnswer = async () => whileSent = await Account(admin, "p");

        await desk.Observe("o");
        await Desk.Until(() => Task.FromResult(whileSent.Count > 0), "the account is empty when the receiver is told");

        var told = Assert.Single(await Account(admin, "p"));
        Assert.Equal(told, Assert.Single(whileSent));
        Assert.Equal(
            new Disclosed("p", $"Subscription/{id}", "Observation", desk.Receiver.Address.GetLeftPart(UriPartial.Authority), "TREAT", told.At),
            told);
        Assert.Empty(await Account(admin, "q"));
        Assert.Empty(await Account(stranger, "p"));
    }

    [Fact]
    public async Task A_delivery_that_tells_of_nobody_is_in_no_account()
    {
        await using var desk = await Desk.Open(server);
        var admin = await desk.Clinic.Admin();
        await desk.Subscribe(desk.Form(content: "empty"));

        await desk.Observe("o");
        await desk.Notified(1);

        Assert.Empty(await Account(admin, "p"));
    }

    private static async Task<List<Disclosed>> Account(Person by, string patient) =>
        [.. (await by.Get($"Patient/{patient}/$accounting-of-disclosures")).Is(200).Entries.Select(entry => Read(entry.GetProperty("resource")))];

    private static Disclosed Read(JsonElement told)
    {
        Assert.Equal("disclose", told.GetProperty("subtype")[0].GetProperty("code").GetString());
        var entities = told.GetProperty("entity").EnumerateArray().Where(entity => entity.TryGetProperty("role", out _))
            .ToDictionary(entity => entity.GetProperty("role").GetProperty("code").GetString()!);
        var recipient = told.GetProperty("agent").EnumerateArray().Single(agent => CodeOf(agent.GetProperty("type")) == "110152");
        var data = entities["4"];
        return new Disclosed(
            entities["1"].GetProperty("what").GetProperty("reference").GetString()!.Split('/')[1],
            data.GetProperty("what").GetProperty("identifier").GetProperty("value").GetString()!,
            data.GetProperty("description").GetString()!.Split(',')[0].Split('=')[1],
            recipient.GetProperty("who").GetProperty("identifier").GetProperty("value").GetString()!,
            CodeOf(told.GetProperty("purposeOfEvent")[0]), told.GetProperty("recorded").GetDateTimeOffset());
    }

    private static string CodeOf(JsonElement concept) => concept.GetProperty("coding")[0].GetProperty("code").GetString()!;

    private sealed record Disclosed(string Patient, string On, string Type, string To, string Purpose, DateTimeOffset At);
}

public sealed class DisclosuresOnSqlite(SqliteSubscriptionServer server) : DisclosureTests(server);

public sealed class DisclosuresOnPostgres(PostgresSubscriptionServer server) : DisclosureTests(server);
