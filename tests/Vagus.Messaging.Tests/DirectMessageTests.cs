using System.Text.Json;
using Vagus.Kernel;
using Vagus.Storage.Log;

namespace Vagus.Messaging.Tests;

/// <summary>Messages from one to another, over sockets and HTTP.</summary>
public abstract class DirectMessageTests(House house)
{
    [Fact]
    public async Task A_message_reaches_all_devices_of_both_and_nobody_else()
    {
        var clinic = await house.NewClinic();
        await clinic.HasPatients("p1", "p2");
        var patient = await clinic.Has(Role.Patient, patient: "p1");
        var stranger = await clinic.Has(Role.Patient, patient: "p2");
        var pharmacy = await clinic.Has(Role.Pharmacy, id: "pharmacy-1");
        var nurse = await clinic.Has(Role.Nurse);
        await using var phone = await LiveSocket.Open(house, patient);
        await using var tablet = await LiveSocket.Open(house, patient);
        await using var counter = await LiveSocket.Open(house, pharmacy);
        await using var other = await LiveSocket.Open(house, stranger);
        await using var ward = await LiveSocket.Open(house, nurse);

        var ack = await phone.Ask("send_message", new
        {
            recipientId = "pharmacy-1", content = "Is my refill ready?", contextType = "prescription", contextId = "rx-456",
            clientMessageId = "c-1",
        });

        Assert.True(ack.GetProperty("ok").GetBoolean(), ack.ToString());
        var sent = ack.GetProperty("message");
        Assert.Equal("Is my refill ready?", sent.GetProperty("content").GetString());
        Assert.Equal("pharmacy-1", sent.GetProperty("recipientId").GetString());
        Assert.Equal(1, sent.GetProperty("sequence").GetInt64());
        foreach (var device in new[] { phone, tablet })
            Assert.Equal(sent.GetProperty("id").GetString(), (await device.Hear("message_sent")).GetProperty("id").GetString());
        var arrived = await counter.Hear("new_message");
        Assert.Equal("Is my refill ready?", arrived.GetProperty("content").GetString());
        Assert.Equal(("patient", "rx-456"), (arrived.GetProperty("senderRole").GetString(), arrived.GetProperty("contextId").GetString()));
        await Settle(clinic, other, ward);
        Assert.Empty(other.Heard);
        Assert.Empty(ward.Heard);
    }

    [Fact]
    public async Task Reading_tells_the_other_side_when_and_only_once()
    {
        var clinic = await house.NewClinic();
        var (nurse, doctor) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Provider));
        await using var ward = await LiveSocket.Open(house, nurse);
        await using var office = await LiveSocket.Open(house, doctor);
        var sent = (await ward.Ask("send_message", new { recipientId = doctor.Id, content = "Please call bed 4" })).GetProperty("message");
        var id = sent.GetProperty("id").GetString();

        var ack = await office.Ask("mark_read", new { messageId = id });
        await office.Ask("mark_read", new { messageId = id });

        Assert.Equal((true, 1L), (ack.GetProperty("ok").GetBoolean(), ack.GetProperty("upToSequence").GetInt64()));
        var receipt = await ward.Hear("message_read");
        Assert.Equal((doctor.Id, "provider"), (receipt.GetProperty("readerId").GetString(), receipt.GetProperty("readerRole").GetString()));
        var shown = (await nurse.Get($"/api/messages/conversation?userId={doctor.Id}")).Is(200)["items"][0];
        Assert.Equal(receipt.GetProperty("readAt").GetDateTimeOffset(), shown.GetProperty("readAt").GetDateTimeOffset());
        await Settle(clinic, ward);
        Assert.DoesNotContain(ward.Heard, heard => heard.Name == "message_read");
    }

    [Fact]
    public async Task Sending_twice_with_the_same_client_id_stores_one_message()
    {
        var clinic = await house.NewClinic();
        var (nurse, doctor) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Provider));
        var message = new { recipientId = doctor.Id, content = "Once", clientMessageId = "c-7" };

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => nurse.Post("/api/messages", message)));

        Assert.Single(answers.Select(answer => answer.Is(201)["id"].GetString()).Distinct());
        Assert.Equal(1, (await nurse.Get($"/api/messages/conversation?userId={doctor.Id}"))["items"].GetArrayLength());
    }

    [Fact]
    public async Task The_first_of_a_pool_that_answers_takes_the_thread()
    {
        var clinic = await house.NewClinic();
        await clinic.HasPatients("p1");
        var patient = await clinic.Has(Role.Patient, patient: "p1");
        var (one, two) = (await clinic.Has(Role.Pharmacy), await clinic.Has(Role.Pharmacy));
        await using var first = await LiveSocket.Open(house, one);
        await using var second = await LiveSocket.Open(house, two);

        var thread = (await patient.Post("/api/messages", new { recipientId = "pharmacy", content = "Who has time?" }))
            .Is(201)["threadId"].GetString();
        Assert.Equal("Who has time?", (await first.Hear("new_message")).GetProperty("content").GetString());
        Assert.Equal("Who has time?", (await second.Hear("new_message")).GetProperty("content").GetString());
        var answers = await Task.WhenAll(
            first.Ask("send_message", new { threadId = thread, content = "I have" }),
            second.Ask("send_message", new { threadId = thread, content = "So have I" }));

        var refused = Assert.Single(answers, answer => !answer.GetProperty("ok").GetBoolean());
        Assert.Equal("conflict", refused.GetProperty("error").GetProperty("code").GetString());
        var items = (await patient.Get("/api/messages/conversation?userId=pharmacy")).Is(200)["items"];
        Assert.Equal(2, items.GetArrayLength());
    }

    [Fact]
    public async Task What_is_sent_and_read_over_a_socket_is_recorded_with_the_clients_address()
    {
        var clinic = await house.NewClinic();
        var (nurse, doctor, admin) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Provider), await clinic.Has(Role.Admin));
        await using var ward = await LiveSocket.Open(house, nurse);
        await using var office = await LiveSocket.Open(house, doctor);

        var sent = (await ward.Ask("send_message", new { recipientId = doctor.Id, content = "Please call bed 4" })).GetProperty("message");
        await office.Ask("mark_read", new { messageId = sent.GetProperty("id").GetString() });

        foreach (var person in new[] { nurse, doctor })
        {
            var entries = (await admin.Get($"/api/audit?user={person.Id}&limit=200")).Is(200)["items"].EnumerateArray().ToList();
            Assert.NotEmpty(entries);
            Assert.All(entries, entry => Assert.Equal("127.0.0.1", entry.GetProperty("address").GetString()));
        }
    }

    [Theory]
    [InlineData("{\"recipientId\":\"nobody\",\"content\":\"x\"}", "not_found")]
    [InlineData("{\"recipientId\":\"pharmacy\",\"content\":\"\"}", "invalid")]
    [InlineData("{\"recipientId\":\"pharmacy\",\"content\":\"x\",\"wrong\":1}", "invalid")]
    [InlineData("{\"recipientId\":\"pharmacy\",\"content\":\"x\",\"contextType\":\"weather\",\"contextId\":\"1\"}", "invalid")]
    [InlineData("{\"threadId\":\"elsewhere\",\"content\":\"x\"}", "not_found")]
    public async Task What_cannot_be_sent_is_refused_with_its_code(string request, string code)
    {
        var clinic = await house.NewClinic();
        await using var socket = await LiveSocket.Open(house, await clinic.Has(Role.Nurse));

        var ack = await socket.Ask("send_message", JsonElement.Parse(request));

        Assert.False(ack.GetProperty("ok").GetBoolean());
        Assert.Equal(code, ack.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_message_of_five_thousand_characters_goes_and_one_more_does_not()
    {
        var clinic = await house.NewClinic();
        var (nurse, doctor) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Provider));
        await using var socket = await LiveSocket.Open(house, nurse);

        var goes = await socket.Ask("send_message", new { recipientId = doctor.Id, content = new string('ä', 5000) });
        var stays = await socket.Ask("send_message", new { recipientId = doctor.Id, content = new string('ä', 5001) });

        Assert.True(goes.GetProperty("ok").GetBoolean());
        Assert.Equal("too_long", stays.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_cut_connection_that_comes_back_with_its_position_misses_nothing()
    {
        var clinic = await house.NewClinic();
        var (nurse, doctor) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Provider));
        var before = await LiveSocket.Open(house, doctor);
        (await nurse.Post("/api/messages", new { recipientId = doctor.Id, content = "one" })).Is(201);
        await before.Hear("new_message");
        await Settle(clinic, before);
        var place = before.Position;
        await before.DisposeAsync();

        foreach (var text in new[] { "two", "three" })
            (await nurse.Post("/api/messages", new { recipientId = doctor.Id, content = text })).Is(201);
        await using var after = await LiveSocket.Open(house, new { token = doctor.Token, since = place });

        Assert.Equal("two", (await after.Hear("new_message")).GetProperty("content").GetString());
        Assert.Equal("three", (await after.Hear("new_message")).GetProperty("content").GetString());
    }

    [Fact]
    public async Task Typing_is_told_to_the_other_and_ends_by_itself()
    {
        var clinic = await house.NewClinic();
        var (nurse, doctor, third) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Provider), await clinic.Has(Role.Provider));
        await using var ward = await LiveSocket.Open(house, nurse);
        await using var office = await LiveSocket.Open(house, doctor);
        await using var outside = await LiveSocket.Open(house, third);

        Assert.True((await ward.Ask("typing", new { recipientId = doctor.Id, isTyping = true })).GetProperty("ok").GetBoolean());

        var begun = await office.Hear("user_typing");
        Assert.Equal((nurse.Id, "nurse", true), (begun.GetProperty("userId").GetString(), begun.GetProperty("role").GetString(),
            begun.GetProperty("isTyping").GetBoolean()));
        Assert.False((await office.Hear("user_typing")).GetProperty("isTyping").GetBoolean());
        Assert.Empty(outside.Heard);
    }

    [Fact]
    public async Task A_retracted_message_is_shown_to_nobody_also_not_by_a_replay()
    {
        var clinic = await house.NewClinic();
        var (nurse, doctor) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Provider));
        var id = (await nurse.Post("/api/messages", new { recipientId = doctor.Id, content = "Wrong bed" })).Is(201)["id"].GetString();
        await using var office = await LiveSocket.Open(house, doctor);

        (await doctor.Post($"/api/messages/{id}/retraction", new { reason = "not mine" })).IsRefused(403, "forbidden");
        (await nurse.Post($"/api/messages/{id}/retraction", new { reason = "wrong patient" })).Is(200);

        Assert.Equal(id, (await office.Hear("message_retracted")).GetProperty("messageId").GetString());
        var shown = (await doctor.Get($"/api/messages/conversation?userId={nurse.Id}"))["items"][0];
        Assert.Equal(("retracted", JsonValueKind.Null), (shown.GetProperty("status").GetString(), shown.GetProperty("content").ValueKind));
        await using var again = await LiveSocket.Open(house, new { token = doctor.Token, since = 0 });
        Assert.Equal(JsonValueKind.Null, (await again.Hear("new_message")).GetProperty("content").ValueKind);
    }

    [Fact]
    public async Task Messages_about_something_are_found_by_those_who_take_part()
    {
        var clinic = await house.NewClinic();
        var (nurse, doctor, third) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Provider), await clinic.Has(Role.Provider));
        foreach (var text in new[] { "one", "two", "three" })
        {
            (await nurse.Post("/api/messages", new { recipientId = doctor.Id, content = text, contextType = "result", contextId = "r-1" }))
                .Is(201);
        }

        var last = (await doctor.Get("/api/messages/by-context?type=result&id=r-1&limit=2")).Is(200);
        var first = (await doctor.Get($"/api/messages/by-context?type=result&id=r-1&before={last["nextCursor"].GetString()}")).Is(200);

        Assert.Equal(["two", "three"], last["items"].EnumerateArray().Select(item => item.GetProperty("content").GetString()));
        Assert.Equal(["one"], first["items"].EnumerateArray().Select(item => item.GetProperty("content").GetString()));
        Assert.Equal(0, (await third.Get("/api/messages/by-context?type=result&id=r-1")).Is(200)["items"].GetArrayLength());
    }

    [Fact]
    public async Task Another_tenants_people_and_threads_are_not_there()
    {
        var (north, south) = (await house.NewClinic(), await house.NewClinic());
        var (nurse, doctor) = (await north.Has(Role.Nurse, id: "nurse"), await north.Has(Role.Provider, id: "doctor"));
        var stranger = await south.Has(Role.Provider, id: "stranger");
        var sent = (await nurse.Post("/api/messages", new { recipientId = doctor.Id, content = "Ours" })).Is(201);

        (await stranger.Post("/api/messages", new { recipientId = doctor.Id, content = "x" })).IsRefused(404, "not_found");
        (await stranger.Post("/api/messages", new { threadId = sent["threadId"].GetString(), content = "x" })).IsRefused(404, "not_found");
        (await stranger.Get($"/api/messages/conversation?userId={doctor.Id}")).IsRefused(404, "not_found");
        (await nurse.Post("/api/messages", new { recipientId = "stranger", content = "x" })).IsRefused(404, "not_found");
    }

    private async Task Settle(Clinic clinic, params LiveSocket[] sockets)
    {
        var last = (await house.Get<EventLog>().Extent(clinic.Tenant, default)).Last;
        foreach (var socket in sockets) await socket.Reach(last);
    }
}

public sealed class DirectMessagesOnSqlite(SqliteHouse house) : DirectMessageTests(house);

public sealed class DirectMessagesOnPostgres(PostgresHouse house) : DirectMessageTests(house);
