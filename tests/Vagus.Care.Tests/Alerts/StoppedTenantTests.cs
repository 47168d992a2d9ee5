using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Testing;

namespace Vagus.Care.Tests.Alerts;

/// <summary>Alerts of other tenants are escalated while one with more alerts than are escalated at once is being moved.</summary>
public abstract class StoppedTenantTests(Engine engine)
{
    [Fact]
    public async Task Alerts_of_other_tenants_are_escalated()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await ward.Tell(Ward.Potassium());
        await ward.TheAlert(team.Ordering);

        await StoppedTenant.Fill(
            ward.Get<Database>(), ward.Get<GroupCommit>(), Ward.North, "care_alert", ["alert_id", "subject"], "due_at", 201);

        await team.After(TimeSpan.FromMinutes(10), 2, team.Backup);
    }

    [Fact]
    public async Task Alerts_of_other_tenants_are_escalated_while_the_log_of_one_takes_no_entries()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await ward.Tell(Ward.Potassium());
        await ward.TheAlert(team.Ordering);
        await StoppedTenant.Fill(
            ward.Get<Database>(), ward.Get<GroupCommit>(), Ward.North, "care_alert", ["alert_id", "subject"], "due_at", 201);
        await StoppedTenant.Break(ward.Get<GroupCommit>());

        await team.After(TimeSpan.FromMinutes(10), 2, team.Backup);
    }
}

public sealed class StoppedTenantOnSqlite() : StoppedTenantTests(Engine.Sqlite);

public sealed class StoppedTenantOnPostgres() : StoppedTenantTests(Engine.Postgres);
