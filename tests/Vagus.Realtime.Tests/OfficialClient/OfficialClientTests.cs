using Vagus.Realtime.Tests.Searches;

namespace Vagus.Realtime.Tests.OfficialClient;

public sealed class OfficialClientTests
{
    [Theory]
    [InlineData("websocket")]
    [InlineData("polling")]
    public async Task The_official_client_is_recovered_and_resumes(string transport)
    {
        await using var clinic = await LiveClinic.Open(Engine.Sqlite);
        var ann = await clinic.SignIn();
        await using var client = await NodeFollower.Start(clinic, ann.Token, transport);
        Assert.False((await client.Hear("connect")).GetProperty("recovered").GetBoolean());
        await clinic.WriteOrder();
        Assert.Equal(1, (await client.Hear("event")).GetProperty("sequence").GetInt64());

        await client.Tell("cut");
        await client.Hear("disconnect");
        await clinic.WriteOrder();
        var back = await client.Hear("connect");
        var missed = await client.Hear("event");
        await client.Tell("ask", "subscribe", new { eventTypes = new[] { "lab.*" }, since = 1 });
        var answer = await client.Hear("answer");
        await clinic.WriteOrder();

        Assert.True(back.GetProperty("recovered").GetBoolean());
        Assert.Equal(2, missed.GetProperty("sequence").GetInt64());
        Assert.True(answer.GetProperty("ok").GetBoolean());
        Assert.Equal(3, (await client.Hear("event")).GetProperty("sequence").GetInt64());
    }

    [Theory]
    [InlineData("websocket")]
    [InlineData("polling")]
    public async Task The_official_client_gets_a_burst_larger_than_its_queue_without_a_disconnect(string transport)
    {
        await using var clinic = await LiveClinic.Open(Engine.Sqlite, new RealtimeOptions { MaxQueuedFrames = 512 });
        await using var client = await NodeFollower.Start(clinic, (await clinic.SignIn()).Token, transport);
        await client.Hear("connect");

        await clinic.WriteAtOnce(count: 5_000, size: 200);

        for (var sequence = 1; sequence <= 5_000; sequence++)
            Assert.Equal(sequence, (await client.Hear("event")).GetProperty("sequence").GetInt32());
    }

    [Theory]
    [InlineData("websocket")]
    [InlineData("polling")]
    public async Task The_official_client_keeps_a_search_open_also_over_a_lost_line(string transport)
    {
        await using var clinic = await LiveClinic.Open(Engine.Sqlite);
        var ann = await clinic.SignIn();
        await clinic.Put(ann, "Appointment", "a", Appointments.Of("a"));
        await using var client = await NodeFollower.Start(clinic, ann.Token, transport);
        await client.Hear("connect");
        var answer = await client.Ask("subscribe", new { search = "Appointment?practitioner=dr-1&status=booked" });
        await clinic.Put(ann, "Appointment", "b", Appointments.Of("b"));
        var enter = (await client.Hear("event")).GetProperty("payload");

        await client.Tell("cut");
        await client.Hear("disconnect");
        await clinic.Put(ann, "Appointment", "a", Appointments.Of("a", status: "cancelled"));
        var back = await client.Hear("connect");
        var leave = (await client.Hear("event")).GetProperty("payload");

        Assert.Equal("a", answer.GetProperty("resources")[0].GetProperty("id").GetString());
        Assert.Equal(
            (answer.GetProperty("subscriptionId").GetString(), "enter", "b"),
            (enter.GetProperty("subscriptionId").GetString(), enter.GetProperty("change").GetString(),
            enter.GetProperty("resource").GetProperty("id").GetString()));
        Assert.True(back.GetProperty("recovered").GetBoolean());
        Assert.Equal(("leave", "a"), (leave.GetProperty("change").GetString(), leave.GetProperty("resourceId").GetString()));
    }

    [Fact]
    public async Task The_official_client_comes_back_by_itself_when_its_session_ended_and_learns_why()
    {
        await using var clinic = await LiveClinic.Open(Engine.Sqlite);
        var ann = await clinic.SignIn();
        await using var client = await NodeFollower.Start(clinic, ann.Token);
        await client.Hear("connect");

        await clinic.SignOut(ann);

        var gone = await client.Hear("disconnect");
        Assert.Equal(("transport close", 4401), (gone.GetProperty("reason").GetString(), gone.GetProperty("code").GetInt32()));
        Assert.Equal("unauthenticated", (await client.Hear("connect_error")).GetProperty("code").GetString());
    }
}
