using System.Text.Json;
using Vagus.Kernel;

namespace Vagus.Messaging.Tests;

/// <summary>Which pages of threads and messages may be asked for, the same at each door.</summary>
public abstract class PageTests(House house)
{
    private const string Staff = "/api/patient-messages";
    private const string Portal = "/api/patient-portal/messages";
    private const string About = "/api/messages/by-context?type=result&id=r-1";

    [Fact]
    public async Task A_cursor_that_is_of_no_page_is_refused_at_each_door()
    {
        var (patient, doctor, thread) = await Open();

        foreach (var before in new[] { "x", "-1", "1.5", "%201", "99999999999999999999" })
        {
            foreach (var path in new[] { $"{Staff}/threads/{thread}?", $"/api/messages/conversation?userId={patient.Id}&" })
                (await doctor.Get($"{path}before={before}")).IsRefused(400, "invalid_field");
            (await patient.Get($"{Portal}/threads/{thread}?before={before}")).IsRefused(400, "invalid_field");
        }

        (await doctor.Get($"{About}&before=a%20b")).IsRefused(400, "invalid_field");
    }

    [Fact]
    public async Task A_page_has_at_least_one_and_as_a_rule_fifty()
    {
        var (patient, doctor, thread) = await Open();
        for (var number = 0; number < 60; number++)
        {
            (await doctor.Post("/api/messages", new { threadId = thread, content = $"m{number}", contextType = "result", contextId = "r-1" }))
                .Is(201);
        }

        foreach (var (limit, count) in new[] { ("", 50), ("&limit=0", 1), ("&limit=-5", 1), ("&limit=55", 55), ("&limit=9999", 60) })
        {
            Assert.Equal(count, (await doctor.Get($"{About}{limit}")).Is(200)["items"].GetArrayLength());
            var inThread = count == 60 ? 61 : count;
            Assert.Equal(inThread, (await doctor.Get($"{Staff}/threads/{thread}?{limit}")).Is(200)["messages"].GetArrayLength());
            Assert.Equal(inThread, (await patient.Get($"{Portal}/threads/{thread}?{limit}")).Is(200)["messages"].GetArrayLength());
        }
    }

    [Fact]
    public async Task Notes_that_fill_a_page_are_shown_from_the_newest_and_all_of_them_by_the_cursor()
    {
        var (patient, doctor, thread) = await Open();
        await Write("a", 250);
        (await patient.Post($"{Portal}/threads/{thread}/messages", new { content = "And?" })).Is(201);
        await Write("b", 300);

        var first = (await doctor.Get($"{Staff}/threads/{thread}")).Is(200);
        var second = (await doctor.Get($"{Staff}/threads/{thread}?before={first["nextCursor"].GetString()}")).Is(200);

        Assert.Equal(501, first["messages"].GetArrayLength());
        Assert.Equal("And?", first["messages"][200].GetProperty("content").GetString());
        Assert.Equal(51, second["messages"].GetArrayLength());
        Assert.Equal("Hello", second["messages"][0].GetProperty("content").GetString());
        Assert.Equal(JsonValueKind.Null, second["nextCursor"].ValueKind);
        Assert.Equal(
            552, first["messages"].EnumerateArray().Concat(second["messages"].EnumerateArray())
                .Select(entry => entry.GetProperty("id").GetString()).Distinct().Count());
        foreach (var before in new[] { "1-x", "1-", "1-2-3" })
            (await doctor.Get($"{Staff}/threads/{thread}?before={before}")).IsRefused(400, "invalid_field");

        async Task Write(string text, int count)
        {
            foreach (var some in Enumerable.Range(0, count).Chunk(25))
            {
                await Task.WhenAll(some.Select(async number => (await doctor.Post(
                    $"{Staff}/threads/{thread}/messages", new { content = $"{text}{number}", isInternalNote = true })).Is(201)));
            }
        }
    }

    [Fact]
    public async Task A_search_in_the_sealed_texts_of_threads_is_refused()
    {
        var (_, doctor, _) = await Open();

        (await doctor.Get($"{Staff}/threads?search=rash")).IsRefused(400, "not_supported");
        Assert.Single((await doctor.Get($"{Staff}/threads?search=")).Is(200)["items"].EnumerateArray());
    }

    private async Task<(Person Patient, Person Doctor, string? Thread)> Open()
    {
        var clinic = await house.NewClinic();
        var doctor = await clinic.HasPatients("p1");
        var patient = await clinic.Has(Role.Patient, patient: "p1");
        var begun = (await patient.Post($"{Portal}/threads", new { subject = "Question", category = "general", content = "Hello" })).Is(201);
        return (patient, doctor, begun["thread"].GetProperty("id").GetString());
    }
}

public sealed class PagesOnSqlite(SqliteHouse house) : PageTests(house);

public sealed class PagesOnPostgres(PostgresHouse house) : PageTests(house);
