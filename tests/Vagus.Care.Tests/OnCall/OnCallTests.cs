using Vagus.Care.Tests.Alerts;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Care.Tests.OnCall;

/// <summary>Alerts go to who is on call: only those who work for the organization are, and only it says so.</summary>
public abstract class OnCallTests(Engine engine)
{
    [Fact]
    public async Task People_of_another_tenant_and_those_who_are_no_staff_are_neither_on_call_nor_stand_in()
    {
        await using var ward = await Ward.Open(engine);
        var (north, south) = (await Team.Of(ward), await Team.Of(ward, Ward.South));
        var (patient, service) = (await ward.Has(Role.Patient, patient: "p1"), await ward.Has(Role.Service));
        var (from, until) = (ward.Clock.GetUtcNow(), ward.Clock.GetUtcNow().AddDays(1));

        foreach (var (admin, user) in new[]
        {
            (north.Admin, south.Backup.User), (south.Admin, north.Backup.User), (north.Admin, patient.User), (north.Admin, service.User),
            (north.Admin, "nobody"),
        })
        {
            var turn = await ward.Send(admin, "POST", "/api/on-call", new { duty = "backup_provider", userId = user, from, until });
            var away = await ward.Send(admin, "PUT", "/api/on-call/out-of-office", new { from, until, delegateTo = user });

            Assert.Equal((422, "unknown_user"), (turn.Status, EscalationTests.Text(turn.Body, "code")));
            Assert.Equal((422, "unknown_user"), (away.Status, EscalationTests.Text(away.Body, "code")));
        }
    }

    [Theory]
    [InlineData("2026-03-02T09:00:00")]
    [InlineData("2026-03-02")]
    [InlineData("03/02/2026 09:00 +00:00")]
    public async Task A_turn_that_begins_at_no_instant_with_an_offset_is_refused(string from)
    {
        await using var ward = await Ward.Open(engine);
        var admin = await ward.Has(Role.Admin);
        var nurse = await ward.Has(Role.Nurse);

        var turn = await ward.Send(
            admin, "POST", "/api/on-call", new { duty = "charge_nurse", userId = nurse.User, from, until = "2026-03-02T17:00:00+01:00" });

        Assert.Equal((400, "invalid_field"), (turn.Status, EscalationTests.Text(turn.Body, "code")));
        Assert.Contains("2026-11-26T09:00:00Z", EscalationTests.Text(turn.Body, "detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schedule_is_read_and_changed_by_its_own_tenant()
    {
        await using var ward = await Ward.Open(engine);
        var (north, south) = (await Team.Of(ward), await Team.Of(ward, Ward.South));

        foreach (var (own, other) in new[] { (north, south), (south, north) })
        {
            var turns = (await ward.Done(own.Admin, "GET", "/api/on-call")).GetProperty("items").EnumerateArray().ToList();

            Assert.Equal(
                new[] { own.Backup.User, own.Charge.User, own.Operator.User }.Order(StringComparer.Ordinal),
                turns.Select(turn => EscalationTests.Text(turn, "userId")).Order(StringComparer.Ordinal));
            foreach (var turn in turns)
                Assert.Equal(404, (await ward.Send(other.Admin, "DELETE", $"/api/on-call/{EscalationTests.Id(turn)}")).Status);
            Assert.Equal(3, (await ward.Done(own.Admin, "GET", "/api/on-call")).GetProperty("items").GetArrayLength());
        }
    }
}

public sealed class OnCallOnSqlite() : OnCallTests(Engine.Sqlite);

public sealed class OnCallOnPostgres() : OnCallTests(Engine.Postgres);
