using Microsoft.Extensions.Logging.Abstractions;
using Vagus.Access.Authorization;
using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Staff;
using Vagus.Messaging.Tests.Erasing;
using Vagus.Messaging.Threads;
using Vagus.Storage;
using Vagus.Storage.Log;
using Vagus.Storage.Writing;
using static Vagus.Messaging.Tests.Steps;

namespace Vagus.Messaging.Tests.Triage;

/// <summary>What becomes of a thread between the turn that finds it and the write that would take it from its assignee.</summary>
public abstract class CoverRaceTests(House house)
{
    [Fact]
    public async Task A_thread_that_is_closed_meanwhile_stays_with_its_last_assignee()
    {
        var (clinic, doctor, gone, id) = await Found();

        var before = await Turn(clinic, async () => (await doctor.Post($"{AtStaff}/threads/{id}/close")).Is(200));

        var shown = (await doctor.Get($"{AtStaff}/threads/{id}")).Is(200)["thread"];
        Assert.Equal((gone.Id, "closed"), (shown.GetProperty("assignedTo").Text("userId"), shown.Text("status")));
        Assert.Equal(1, await Told(clinic, before));
    }

    [Fact]
    public async Task A_thread_that_is_being_erased_meanwhile_is_left_alone()
    {
        var (clinic, _, _, id) = await Found();

        var before = await Turn(clinic, () => clinic.Change(AgedThreads.Hide, 1L, clinic.Tenant.Value, id));

        Assert.Equal(0, await Told(clinic, before));
        await clinic.Change(AgedThreads.Show, clinic.Tenant.Value, id);
    }

    [Fact]
    public async Task A_thread_that_is_assigned_anew_meanwhile_stays_there()
    {
        var (clinic, doctor, _, id) = await Found();

        var before = await Turn(clinic, async () => (await doctor.Put($"{AtStaff}/threads/{id}", new { assignedTo = doctor.Id })).Is(200));

        Assert.Equal(doctor.Id, (await doctor.Get($"{AtStaff}/threads/{id}")).Is(200)["thread"].GetProperty("assignedTo").Text("userId"));
        Assert.Equal(1, await Told(clinic, before));
    }

    private async Task<(Clinic Clinic, Person Doctor, Person Gone, string Thread)> Found()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var gone = await clinic.Has(Role.Nurse);
        var id = await patient.Begins("medical_question");
        (await doctor.Put($"{AtStaff}/threads/{id}", new { assignedTo = gone.Id })).Is(200);
        Assert.Null((await house.Get<ChangeUser>().Disable(clinic.Tenant, new UserId(gone.Id), default)).Refusal);
        return (clinic, doctor, gone, id);
    }

    /// <summary>A turn in which that happens after the thread was found; where the log ended before.</summary>
    private async Task<long> Turn(Clinic clinic, Func<Task> happens)
    {
        var before = (await house.Get<EventLog>().Extent(clinic.Tenant, default)).Last;
        var standIns = new Meanwhile(house.Get<IFindStandIns>(), clinic.Tenant, happens);
        var duty = new CoverThreads(
            house.Get<Database>(), house.Get<GroupCommit>(), house.Get<ThreadEvents>(),
            new Coverage(standIns, house.Get<IFindUsers>(), TimeProvider.System), house.Get<IFindUsers>(),
            NullLogger<CoverThreads>.Instance);
        await duty.Turn(default);
        Assert.True(standIns.HasHappened);
        return before;
    }

    private async Task<int> Told(Clinic clinic, long since) => (await house.Get<EventLog>().Read(clinic.Tenant, since, 100, default))
        .Count(each => each.Type.StartsWith("thread.", StringComparison.Ordinal));

    /// <summary>Who stands in is asked last before the write.</summary>
    private sealed class Meanwhile(IFindStandIns known, TenantId tenant, Func<Task> happens) : IFindStandIns
    {
        public bool HasHappened { get; private set; }

        public async ValueTask<Absence?> Of(TenantId of, UserId user, DateTimeOffset at, CancellationToken cancel)
        {
            if (of == tenant && !HasHappened)
            {
                HasHappened = true;
                await happens();
            }

            return await known.Of(of, user, at, cancel);
        }
    }
}

public sealed class CoverRacesOnSqlite(SqliteHouse house) : CoverRaceTests(house);

public sealed class CoverRacesOnPostgres(PostgresHouse house) : CoverRaceTests(house);
