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
