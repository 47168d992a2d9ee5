using System.Net.Http.Json;
using System.Text.Json;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Messaging.Tests.Live;

/// <summary>Each code of <c>/messaging</c> over a socket: clients know these and no others, also where the gateway refuses.</summary>
public abstract class LiveCodeTests(House house, Engine engine)
{
    [Theory]
    [InlineData("send_message", """{"recipientId":"pharmacy"}""", "invalid")]
    [InlineData("send_message", """{"recipientId":"pharmacy","content":"x","threadId":"t"}""", "invalid")]
    [InlineData("send_message", """{"recipientId":"pharmacy","content":7}""", "invalid")]
    [InlineData("send_message", """{"recipientId":"pharmacy","content":"\ud800"}""", "invalid")]
    [InlineData("send_message", """{"recipientId":"nobody","content":"x"}""", "not_found")]
    [InlineData("mark_read", """{}""", "invalid")]
    [InlineData("mark_read", """{"messageId":"nothing"}""", "not_found")]
    [InlineData("typing", """{"recipientId":"pharmacy"}""", "invalid")]
    [InlineData("typing", """{"threadId":"nothing","isTyping":true}""", "not_found")]
    [InlineData("subscribe", """{"eventTypes":["*"]}""", "invalid")]
    [InlineData("authenticate", """{"token":"of nobody"}""", "unauthenticated")]
    public async Task What_cannot_be_done_is_acknowledged_with_its_code(string name, string request, string code)
    {
        var clinic = await house.NewClinic();
        await using var socket = await LiveSocket.Open(house, await clinic.Has(Role.Nurse));

        IsRefused(await socket.AskText(name, request), code);

        Assert.True((await socket.Ask("typing", new { recipientId = "pharmacy", isTyping = false })).GetProperty("ok").GetBoolean());
    }

    [Fact]
    public async Task What_was_taken_or_used_is_a_conflict_and_too_long_is_too_long()
    {
        var clinic = await house.NewClinic();
        var (nurse, one, two) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Pharmacy), await clinic.Has(Role.Pharmacy));
        await using var first = await LiveSocket.Open(house, one);
        await using var second = await LiveSocket.Open(house, two);
        var asked = (await nurse.Post("/api/messages", new { recipientId = "pharmacy", content = "Who?" })).Is(201);
        var thread = asked["threadId"].GetString();
        await first.Ask("send_message", new { threadId = thread, content = "I", clientMessageId = "c" });

        IsRefused(await second.Ask("send_message", new { threadId = thread, content = "So do I" }), "conflict");
        IsRefused(await first.Ask("send_message", new { recipientId = nurse.Id, content = "I", clientMessageId = "c" }), "conflict");
        IsRefused(await first.Ask("send_message", new { recipientId = nurse.Id, content = new string('x', 5001) }), "too_long");
    }

    [Fact]
    public async Task Another_ones_thread_is_told_like_one_that_does_not_exist()
    {
        var clinic = await house.NewClinic();
        var (nurse, doctor, third) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Provider), await clinic.Has(Role.Provider));
        var sent = (await nurse.Post("/api/messages", new { recipientId = doctor.Id, content = "For you" })).Is(201);
        await using var outside = await LiveSocket.Open(house, third);
        var (message, thread) = (sent["id"].GetString(), sent["threadId"].GetString());

        Assert.Equal(
            Error(await outside.Ask("mark_read", new { messageId = "nothing" })).ToString(),
            Error(await outside.Ask("mark_read", new { messageId = message })).ToString());
        foreach (var name in new[] { "send_message", "typing" })
        {
            object Of(string? id) => name == "typing" ? new { threadId = id, isTyping = true } : new { threadId = id, content = "x" };
            Assert.Equal(Error(await outside.Ask(name, Of("nothing"))).ToString(), Error(await outside.Ask(name, Of(thread))).ToString());
        }
    }

    [Fact]
    public async Task Who_sends_too_fast_is_told_when_to_come_again_by_each_door_and_others_are_not_slowed()
    {
        await using var slow = await Start(House.Usual with { Messaging = new MessagingOptions { SendsPerMinute = 2 } });
        var clinic = await slow.NewClinic();
        var (nurse, doctor) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Provider));
        await using var ward = await LiveSocket.Open(slow, nurse);
        var message = new { recipientId = doctor.Id, content = "Once more" };
        for (var time = 0; time < 2; time++) Assert.True((await ward.Ask("send_message", message)).GetProperty("ok").GetBoolean());

        var refused = await ward.Ask("send_message", message);

        IsRefused(refused, "rate_limited");
        Assert.InRange(int.Parse(Error(refused).GetProperty("retryAfter").GetString()!), 1, 30);
        IsRefused(await ward.Ask("typing", new { recipientId = doctor.Id, isTyping = true }), "rate_limited");
        var resource = new
        {
            resourceType = "Communication", status = "completed", payload = new[] { new { contentString = "Once more" } },
            recipient = new[] { new { identifier = new { value = doctor.Id } } },
        };
        foreach (var (path, body) in new (string, object)[] { ("/api/messages", message), ("/fhir/Communication", resource) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(slow.Address, path)) { Content = JsonContent.Create(body) };
            request.Headers.Authorization = new("Bearer", nurse.Token);
            using var answer = await slow.Http.SendAsync(request);
            Assert.Equal(429, (int)answer.StatusCode);
            Assert.InRange(answer.Headers.RetryAfter?.Delta?.TotalSeconds ?? 0, 1, 30);
        }

        (await doctor.Post("/api/messages", new { recipientId = nurse.Id, content = "An answer" })).Is(201);
    }

    [Fact]
    public async Task Too_many_frames_are_told_in_the_same_words()
    {
        var usual = House.Usual;
        await using var slow = await Start(usual with { Realtime = usual.Realtime with { MaxFramesPerSecond = 1 } });
        var clinic = await slow.NewClinic();
        await using var socket = await LiveSocket.Open(slow, await clinic.Has(Role.Nurse));
        var answers = new List<JsonElement>();

        while (answers.Count < 20 && answers.All(answer => answer.GetProperty("ok").GetBoolean()))
            answers.Add(await socket.Ask("typing", new { recipientId = "pharmacy", isTyping = true }));

        IsRefused(answers[^1], "rate_limited");
    }

    private async Task<House> Start(HousePlan plan)
    {
        var started = new House(engine, plan);
        await started.InitializeAsync();
        return started;
    }

    private static JsonElement Error(JsonElement ack) => ack.GetProperty("error");

    private static void IsRefused(JsonElement ack, string code)
    {
        Assert.False(ack.GetProperty("ok").GetBoolean(), ack.ToString());
        Assert.Equal(code, Error(ack).GetProperty("code").GetString());
        Assert.NotEmpty(Error(ack).GetProperty("message").GetString()!);
    }
}

public sealed class LiveCodesOnSqlite(SqliteHouse house) : LiveCodeTests(house, Engine.Sqlite);

public sealed class LiveCodesOnPostgres(PostgresHouse house) : LiveCodeTests(house, Engine.Postgres);
