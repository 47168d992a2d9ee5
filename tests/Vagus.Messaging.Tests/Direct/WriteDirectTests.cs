using Vagus.Access.Audit;
using Vagus.Kernel;
using Vagus.Messaging.Direct;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Tests.Direct;

public abstract class WriteDirectTests(House house)
{
    [Fact]
    public async Task An_author_who_lost_the_thread_before_its_turn_is_refused()
    {
        var clinic = await house.NewClinic();
        var (nurse, doctor) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Provider));
        var id = (await nurse.Post("/api/messages", new { recipientId = doctor.Id, content = "Hello" })).Is(201)["threadId"].GetString()!;
        var author = new Caller(clinic.Tenant, new UserId(doctor.Id), Role.Provider, new SessionId("s"));
        var sight = await house.Get<ThreadSights>().Of(author, default);
        var found = await ThreadRow.Find(house.Get<Database>(), clinic.Tenant, id, default);
        Assert.True(sight.Sees(found!));
        await Execute(clinic, SetMembers, nurse.Id, clinic.Tenant.Value, id);

        var sent = await house.Get<WriteDirect>().Run(
            new MessageAuthor(author, AuditOrigin.Unknown), new DirectTarget(found!, Recipient: null, sight),
            new NewMessage("m-1", "Too late") { SenderName = $"user:{doctor.Id}" }, default);

        Assert.Equal("not_found", sent.Refusal?.Code);
        Assert.Equal(1, (await ThreadRow.Find(house.Get<Database>(), clinic.Tenant, id, default))!.LastSequence);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_left_a_care_team_between_the_look_and_the_turn_is_not_put_back(bool isBegun)
    {
        var clinic = await house.NewClinic();
        await clinic.HasPatients("p1");
        var (nurse, admin) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Admin));
        var stays = await clinic.Has(Role.Provider, practitioner: "dr-a");
        var leaves = await clinic.Has(Role.Provider, practitioner: "dr-b");
        await Make(admin, "dr-a", "dr-b");
        if (isBegun) (await nurse.Post("/api/messages", new { recipientId = "CareTeam/team", content = "Hello" })).Is(201);
        var team = new Recipient("CareTeam/team", [stays.Id, leaves.Id]) { IsPool = true };
        var author = new Caller(clinic.Tenant, new UserId(nurse.Id), Role.Nurse, new SessionId("s"));
        var begun = DirectThread.New(DirectIds.Of(author.Tenant, Correspondents.SideOf(author), team.Name), author, team, default);
        var found = await ThreadRow.Find(house.Get<Database>(), clinic.Tenant, begun.Id, default);
        Assert.Equal(isBegun, found is not null);

        await Make(admin, "dr-a");
        var sent = await Send(author, new DirectTarget(found ?? begun, team, Sight: null));

        Assert.Null(sent.Refusal);
        Assert.Equal([nurse.Id, stays.Id], sent.Value.Thread.Members);
        (await leaves.Get($"/api/patient-messages/threads/{begun.Id}")).IsRefused(404, "not_found");
        (await stays.Get($"/api/patient-messages/threads/{begun.Id}")).Is(200);
    }

    [Fact]
    public async Task A_care_team_that_nobody_belongs_to_any_more_gets_no_first_message()
    {
        var clinic = await house.NewClinic();
        await clinic.HasPatients("p1");
        var (nurse, admin) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Admin));
        var doctor = await clinic.Has(Role.Provider, practitioner: "dr-a");
        await Make(admin, "dr-a");
        var team = new Recipient("CareTeam/team", [doctor.Id]) { IsPool = true };
        var author = new Caller(clinic.Tenant, new UserId(nurse.Id), Role.Nurse, new SessionId("s"));
        var begun = DirectThread.New(DirectIds.Of(author.Tenant, Correspondents.SideOf(author), team.Name), author, team, default);

        (await admin.Delete("/fhir/CareTeam/team")).Is(204);
        var sent = await Send(author, new DirectTarget(begun, team, Sight: null));

        Assert.Equal("not_found", sent.Refusal?.Code);
        Assert.Null(await ThreadRow.Find(house.Get<Database>(), clinic.Tenant, begun.Id, default));
    }

    private ValueTask<Result<SentMessage>> Send(Caller author, DirectTarget target) => house.Get<WriteDirect>().Run(
        new MessageAuthor(author, AuditOrigin.Unknown), target,
        new NewMessage(house.Get<IdSource>().NewId(), "Are you there?") { SenderName = $"user:{author.User.Value}" }, default);

    private static async Task Make(Person admin, params string[] members)
    {
        var put = await admin.Put("/fhir/CareTeam/team", new
        {
            resourceType = "CareTeam", id = "team", status = "active", subject = new { reference = "Patient/p1" },
            participant = members.Select(member => new { member = new { reference = $"Practitioner/{member}" } }),
        });
        Assert.True(put.Status is 200 or 201, put.Text);
    }

    private async Task Execute(Clinic clinic, Statement statement, params object?[] values)
    {
        var done = await house.Get<GroupCommit>().Write<int>(
            clinic.Tenant, async (write, cancel) => await write.Execute(statement, values, cancel), default);
        Assert.Equal(1, done.Value);
    }

    private static readonly Statement SetMembers = new("""
        update messaging_thread
        set members = @members
        where tenant_id = @tenant_id
          and thread_id = @thread_id
        """);
}

public sealed class WriteDirectOnSqlite(SqliteHouse house) : WriteDirectTests(house);

public sealed class WriteDirectOnPostgres(PostgresHouse house) : WriteDirectTests(house);
