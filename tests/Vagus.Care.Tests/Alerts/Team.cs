using System.Text.Json;
using Vagus.Kernel;

namespace Vagus.Care.Tests.Alerts;

/// <summary>One person for each level of the house's policy, and an administrator.</summary>
internal sealed class Team
{
    private readonly Ward ward;
    private int level = 1;

    private Team(Ward ward) => this.ward = ward;

    public required Signed Admin { get; init; }

    public required Signed Ordering { get; init; }

    public required Signed Backup { get; init; }

    public required Signed Charge { get; init; }

    public required Signed Operator { get; init; }

    public static async Task<Team> Of(Ward ward, TenantId? tenant = null)
    {
        var team = new Team(ward)
        {
            Admin = await ward.Has(Role.Admin, tenant),
            Ordering = await ward.Has(Role.Provider, tenant, practitioner: "dr-7"),
            Backup = await ward.Has(Role.Provider, tenant, practitioner: "dr-8"),
            Charge = await ward.Has(Role.Nurse, tenant),
            Operator = await ward.Has(Role.MedicalAssistant, tenant),
        };
        await team.OnCall("backup_provider", team.Backup);
        await team.OnCall("charge_nurse", team.Charge);
        await team.OnCall("operator", team.Operator);
        return team;
    }

    public Task<JsonElement> OnCall(string duty, Signed who) => ward.Done(
        Admin, "POST", "/api/on-call",
        new { duty, userId = who.User, from = ward.Clock.GetUtcNow().AddDays(-1), until = ward.Clock.GetUtcNow().AddDays(30) });

    /// <summary>The clock goes on, and the alert has come to the next level and its owner.</summary>
    public async Task<JsonElement> After(TimeSpan time, int next, Signed owner)
    {
        ward.Clock.Advance(time);
        level = next;
        var alert = await ward.TheAlert(await ward.SignIn(Ordering), each => each.GetProperty("level").GetInt32() == level);
        Assert.Equal((level, "escalated", owner.User), EscalationTests.Stand(alert));
        return alert;
    }

    /// <summary>The last level is told once more.</summary>
    public async Task Again(TimeSpan time)
    {
        var before = (await ward.Log()).Count(each => each.Type == "notification.critical");
        ward.Clock.Advance(time);
        await ward.LogWhen(log => log.Count(each => each.Type == "notification.critical") > before);
    }
}
