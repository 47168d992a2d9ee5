using System.Net.Http.Json;
using Vagus.Kernel;

namespace Vagus.Visibility.Tests;

/// <summary>An emergency opens records in the lists of open searches, and its end takes them out again.</summary>
public abstract class LiveSearchBreakGlassTests(House house)
{
    [Fact]
    public async Task A_list_is_begun_anew_when_an_emergency_begins_and_when_it_ends()
    {
        var clinic = await house.NewClinic();
        var (boss, nurse) = (await clinic.Has(Role.Admin, sensitive: true), await clinic.Has(Role.Nurse));
        await boss.Write(
            Records.Patient("p1"), Records.Lab("plain", "p1", 4.1m),
            Records.Labelled(Records.Lab("hidden", "p1", 4.1m), Records.Restricted),
            Records.Labelled(Records.Lab("other", "p2", 4.1m), Records.Restricted));
        await using var before = await SearchListener.Open(house, nurse);
        Assert.Null(await before.Search("Observation"));
        Assert.Equal(["plain"], before.ListOf("Observation"));

        await Send(HttpMethod.Post, nurse, new { reason = "Shock", purpose = "BTG" });
        await boss.Write(Records.Lab("next", "p1", 4.2m));

        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => before.Settle(clinic));
        await using var during = await SearchListener.Open(house, nurse);
        Assert.Null(await during.Search("Observation", since: 4));
        Assert.Equal(["hidden", "next", "plain"], during.ListOf("Observation"));
        await boss.Write(Records.Labelled(Records.Lab("urgent", "p1", 9m), Records.Restricted));
        await during.Settle(clinic);
        Assert.Equal(["hidden", "next", "plain", "urgent"], during.ListOf("Observation"));

        await Send(HttpMethod.Delete, nurse, body: null);
        await boss.Write(Records.Labelled(Records.Lab("late", "p1", 9m), Records.Restricted));

        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => during.Settle(clinic));
        Assert.DoesNotContain("late", during.ListOf("Observation"));
        await using var after = await SearchListener.Open(house, nurse);
        Assert.Null(await after.Search("Observation", since: 6));
        Assert.Equal(["next", "plain"], after.ListOf("Observation"));
    }

    private async Task Send(HttpMethod method, Person person, object? body)
    {
        using var request = new HttpRequestMessage(method, new Uri(house.Address, "/api/patients/p1/break-glass"));
        request.Headers.Authorization = new("Bearer", person.Token);
        if (body is not null) request.Content = JsonContent.Create(body);
        using var answer = await house.Http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode);
    }
}

public sealed class LiveSearchBreakGlassOnSqlite(SqliteHouse house) : LiveSearchBreakGlassTests(house);

public sealed class LiveSearchBreakGlassOnPostgres(PostgresHouse house) : LiveSearchBreakGlassTests(house);
