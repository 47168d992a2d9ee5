using System.Text.Json;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;

namespace Vagus.Care.Tests.Alerts;

/// <summary>Whom an alert waits for whose record few may see, or nobody.</summary>
public abstract class HiddenOwnerTests(Engine engine)
{
    private static readonly NewEvent Hidden = new("", "", default)
    {
        Labels = Sensitivity.Hiv, Released = true, Draws = [new EventDraw("Observation", "o2") { Labels = Sensitivity.Hiv }],
    };

    [Fact]
    public async Task The_one_who_may_see_it_is_found_among_many_who_may_not()
    {
        await using var ward = await Ward.Open(engine);
        for (var number = 0; number < 24; number++) await ward.Has(Role.Provider);
        var trusted = await ward.Has(Role.Provider, labels: Sensitivity.Hiv);

        await ward.Tell(Ward.Potassium(), like: Hidden);

        Assert.Equal(trusted.User, Owner(await ward.TheAlert(trusted)));
    }

    [Fact]
    public async Task Where_nobody_may_see_it_an_administrator_who_is_not_away_has_it_and_then_another_one()
    {
        await using var ward = await Ward.Open(engine);
        var away = await ward.Has(Role.Admin);
        // They are asked in the order in which they were added.
        ward.Clock.Advance(TimeSpan.FromSeconds(1));
        var first = await ward.Has(Role.Admin);
        ward.Clock.Advance(TimeSpan.FromSeconds(1));
        var second = await ward.Has(Role.Admin);
        await ward.Done(
            away, "PUT", "/api/on-call/out-of-office",
            new { from = ward.Clock.GetUtcNow().AddDays(-1), until = ward.Clock.GetUtcNow().AddDays(30) });

        await ward.Tell(Ward.Potassium(), like: Hidden);

        Assert.Equal(first.User, Owner(await ward.TheAlert(first)));
        ward.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(second.User, Owner(await ward.TheAlert(await ward.SignIn(second))));
    }

    private static string Owner(JsonElement alert) => EscalationTests.Text(alert.GetProperty("owner"), "userId");
}

public sealed class HiddenOwnersOnSqlite() : HiddenOwnerTests(Engine.Sqlite);

public sealed class HiddenOwnersOnPostgres() : HiddenOwnerTests(Engine.Postgres);
