using Vagus.Fhir.Subscribing;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>When signs of life come, to the second, and when none do: with a clock that the test moves.</summary>
public abstract class HeartbeatTests(Engine engine) : ClockedServerTests(engine)
{
    private const int Period = 60;

    [Fact]
    public async Task They_come_at_the_period_and_no_second_before()
    {
        await using var desk = await Desk.Open(Server);
        var id = await desk.Subscribe(Form(desk));
        var rows = new SubscriptionRows(desk);

        for (var beat = 1; beat <= 3; beat++)
        {
            await Desk.Until(async () => !(await rows.Of(id)).IsHeld, "the one before is not recorded");
            Clock.Advance(TimeSpan.FromSeconds(Period - 1));
            await Looked(desk, $"{beat}-before");
            Assert.Equal(beat - 1, desk.Taken("heartbeat").Count);
            Clock.Advance(TimeSpan.FromSeconds(1));
            Server.Get<SendNotifications>().Wake();
            var told = (await desk.Notified(beat, "heartbeat"))[^1];
            GuideShape.IsNotification(told.Bundle, "heartbeat", "active");
        }
    }

    [Fact]
    public async Task None_come_in_error()
    {
        await using var desk = await Desk.Open(Server);
        var id = await desk.Subscribe(Form(desk));
        desk.Receiver.Answers.Enqueue(410);
        await desk.Observe("o");
        await desk.Becomes(id, "error");

        for (var period = 1; period <= 3; period++)
        {
            Clock.Advance(TimeSpan.FromSeconds(Period + 1));
            await Looked(desk, $"{period}");
        }

        Assert.Empty(desk.Taken("heartbeat"));
    }

    private static string Form(Desk desk) =>
        desk.Form(channel: Desk.ChannelExtension("backport-heartbeat-period", "valueUnsignedInt", Period));

    /// <summary>The handshake of a later subscription shows that the sender has looked at what was due.</summary>
    private static async Task Looked(Desk desk, string path)
    {
        await desk.Subscribe(desk.Form(endpoint: $"{desk.Receiver.Address}{path}"));
        Assert.Contains(desk.Taken("handshake"), told => told.Request.Path == $"/{path}");
    }
}

public sealed class HeartbeatOnSqlite() : HeartbeatTests(Engine.Sqlite);

public sealed class HeartbeatOnPostgres() : HeartbeatTests(Engine.Postgres);
