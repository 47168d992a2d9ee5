using Vagus.Kernel;
using Vagus.Messaging.Direct;
using Vagus.Messaging.Threads;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Messaging.Tests.Direct;

/// <summary>A CareTeam with many threads changes: the tenant's turn is held for few questions.</summary>
public abstract class ManyThreadsTests(House house)
{
    private const string Staff = "/api/patient-messages";

    [Fact]
    public async Task Each_thread_of_a_care_team_keeps_those_who_have_written_in_it_and_no_others()
    {
        var scene = await Open();
        var joins = await scene.Clinic.Has(Role.Provider, practitioner: "dr-c");
        foreach (var (thread, writer) in new[] { (0, scene.One), (1, scene.Other) })
            (await writer.Post("/api/messages", new { threadId = scene.Threads[thread], content = "On it" })).Is(201);

        await Make(scene.Admin, "p0", "dr-c");

        Assert.Equal("200 404 404", await Statuses(scene, scene.One));
        Assert.Equal("404 200 404", await Statuses(scene, scene.Other));
        Assert.Equal("200 200 200", await Statuses(scene, joins));
        Assert.Equal(3, await Unread(joins));
    }

    [Fact]
    public async Task One_question_tells_who_has_written_in_all_threads()
    {
        var scene = await Open();
        (await scene.One.Post("/api/messages", new { threadId = scene.Threads[0], content = "On it" })).Is(201);
        var counting = new CountedQueries(house.Get<Database>());
        var pools = new List<(ThreadRow, Recipient)>();
        foreach (var id in scene.Threads)
        {
            var thread = await ThreadRow.Find(house.Get<Database>(), scene.Clinic.Tenant, id, default);
            pools.Add((thread! with { AssignedTo = null }, new Recipient("CareTeam/team", ["new"]) { IsPool = true }));
        }

        var members = await DirectThread.Members(counting, scene.Clinic.Tenant, pools, default);

        Assert.Equal(1, counting.Count);
        Assert.Equal(
            [$"Patient/p0 {scene.One.Id} new", "Patient/p1 new", "Patient/p2 new"], members.Select(names => string.Join(' ', names)));
    }

    private static async Task<string> Statuses(Scene scene, Person person)
    {
        var statuses = new List<int>();
        foreach (var thread in scene.Threads) statuses.Add((await person.Get($"{Staff}/threads/{thread}")).Status);
        return string.Join(' ', statuses);
    }

    private static async Task<int> Unread(Person person) => (await person.Get($"{Staff}/unread-count")).Is(200)["count"].GetInt32();

    /// <summary>Three patients have written to the team of two.</summary>
    private async Task<Scene> Open()
    {
        var clinic = await house.NewClinic();
        string[] patients = ["p0", "p1", "p2"];
        await clinic.HasPatients(patients);
        var admin = await clinic.Has(Role.Admin);
        var (one, other) = (await clinic.Has(Role.Provider, practitioner: "dr-a"), await clinic.Has(Role.Provider, practitioner: "dr-b"));
        var scene = new Scene(clinic, admin, one, other, []);
        foreach (var patient in patients)
        {
            var person = await clinic.Has(Role.Patient, patient: patient);
            await Make(admin, patient, "dr-a", "dr-b");
            scene.Threads.Add((await person.Post("/api/messages", new { recipientId = "CareTeam/team", content = "Hello" }))
                .Is(201)["threadId"].GetString()!);
        }

        return scene;
    }

    private static async Task Make(Person admin, string patient, params string[] members)
    {
        var put = await admin.Put("/fhir/CareTeam/team", new
        {
            resourceType = "CareTeam", id = "team", status = "active", subject = new { reference = $"Patient/{patient}" },
            participant = members.Select(member => new { member = new { reference = $"Practitioner/{member}" } }),
        });
        Assert.True(put.Status is 200 or 201, put.Text);
    }

    private sealed record Scene(Clinic Clinic, Person Admin, Person One, Person Other, List<string> Threads);
}

public sealed class ManyThreadsOnSqlite(SqliteHouse house) : ManyThreadsTests(house);

public sealed class ManyThreadsOnPostgres(PostgresHouse house) : ManyThreadsTests(house);
