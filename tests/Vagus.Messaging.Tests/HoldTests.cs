using Vagus.Access.KeyUpkeep;
using Vagus.Access.Vault;
using Vagus.Kernel;

namespace Vagus.Messaging.Tests;

/// <summary>A thread under a legal hold keeps its key.</summary>
public abstract class HoldTests(House house)
{
    [Fact]
    public async Task A_held_thread_cannot_be_shredded_and_the_audit_says_who_held_it_and_why()
    {
        var (clinic, patient, doctor) = await Steps.Open(house, "p1");
        var admin = await clinic.Has(Role.Admin);
        var thread = await patient.Begins(content: "Keep this");
        var path = $"{Steps.AtStaff}/threads/{thread}/holds";

        var hold = (await admin.Post(path, new { matter = "2036-CV-17" })).Is(201);
        var refused = await Shred(clinic, thread);

        Assert.Equal("legal_hold", refused?.Code);
        Assert.Equal("2036-CV-17", Assert.Single((await admin.Get(path)).Is(200)["items"].EnumerateArray()).Text("matter"));
        Assert.Contains("Keep this", (await doctor.Get($"{Steps.AtStaff}/threads/{thread}")).Is(200).Contents());
        var audit = (await admin.Get("/api/audit?action=hold-place")).Is(200)["items"][0].ToString();
        Assert.Contains(admin.Id, audit, StringComparison.Ordinal);
        Assert.Contains($"scope=thread/{thread},matter=2036-CV-17", audit, StringComparison.Ordinal);
        (await admin.Delete($"{path}/{hold["id"].GetString()}")).Is(204);
        (await admin.Delete($"{path}/{hold["id"].GetString()}")).IsRefused(404, "not_found");
        Assert.Contains(admin.Id, (await admin.Get("/api/audit?action=hold-release")).Is(200).Text, StringComparison.Ordinal);
        Assert.Null(await Shred(clinic, thread));
        Assert.Equal([null], (await doctor.Get($"{Steps.AtStaff}/threads/{thread}")).Is(200).Contents());
    }

    [Fact]
    public async Task Holds_are_the_administrators_of_the_tenant()
    {
        var (clinic, patient, doctor) = await Steps.Open(house, "p1");
        var admin = await clinic.Has(Role.Admin);
        var (other, _, _) = await Steps.Open(house, "p1");
        var stranger = await other.Has(Role.Admin);
        var thread = await patient.Begins();
        var path = $"{Steps.AtStaff}/threads/{thread}/holds";
        var hold = (await admin.Post(path, new { matter = "m" })).Is(201)["id"].GetString();

        foreach (var person in new[] { patient, doctor })
        {
            (await person.Get(path)).Is(403);
            (await person.Post(path, new { matter = "m" })).Is(403);
            (await person.Delete($"{path}/{hold}")).Is(403);
        }

        (await stranger.Get(path)).IsRefused(404, "not_found");
        (await stranger.Post(path, new { matter = "m" })).IsRefused(404, "not_found");
        (await stranger.Delete($"{path}/{hold}")).IsRefused(404, "not_found");
        (await admin.Post(path, new { matter = "" })).IsRefused(400, "invalid_field");
        (await admin.Post(path, new { matter = new string('m', 201) })).IsRefused(400, "invalid_field");
        Assert.Single((await admin.Get(path)).Is(200)["items"].EnumerateArray());
    }

    private async Task<Refusal?> Shred(Clinic clinic, string thread) =>
        (await house.Get<DestroyKey>().Destroy(new KeyScope(clinic.Tenant, "thread", thread), default)).Refusal;
}

public sealed class HoldsOnSqlite(SqliteHouse house) : HoldTests(house);

public sealed class HoldsOnPostgres(PostgresHouse house) : HoldTests(house);
