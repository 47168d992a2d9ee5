using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Fhir.Subscribing;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>A channel that is registered beside the server's own is told as they are: handshake, order, numbers, retries.</summary>
public abstract class OtherChannelTests(Engine engine) : ClockedServerTests(engine)
{
    private readonly TextChannel channel = new();

    protected override FhirServer NewServer() =>
        new SubscriptionServer(Engine, Clock) { Also = services => services.AddSingleton<IReceiverChannel>(channel) };

    [Fact]
    public async Task It_is_chosen_by_the_type_of_the_channel_and_told_again_what_it_did_not_take()
    {
        await using var desk = await Desk.Open(Server);
        var id = await desk.Subscribe(desk.Form(endpoint: "sms:1", type: "sms"));
        var hook = await desk.Subscribe(desk.Form());
        channel.Answers.Enqueue(HookAnswer.Unanswered);
        var rows = new SubscriptionRows(desk);

        await desk.Observe("o1");
        await Desk.Until(async () => (await rows.Of(id)).Attempts == 1, "the attempt is not recorded");
        await desk.Observe("o2");
        Clock.Advance(TimeSpan.FromSeconds(11));
        await Desk.Until(async () => (await rows.Of(id)).Delivered == 2, "it does not go on");

        var told = channel.Told.Where(each => each.Type == "event-notification").ToList();
        Assert.Equal([1L], told[0].Numbers);
        Assert.Equal([1L, 2L], told.Skip(1).SelectMany(each => each.Numbers));
        Assert.Equal("handshake", channel.Told.First().Type);
        Assert.Equal([1, 2], await desk.Numbers(2));
        Assert.Equal(2, (await rows.Of(hook)).Events);
    }

    [Fact]
    public async Task It_refuses_what_it_cannot_honour_and_others_stay_unknown()
    {
        await using var desk = await Desk.Open(Server);

        (await desk.Owner.Create(desk.Form(endpoint: "https://example.org/x", type: "sms"))).Is(400);
        (await desk.Owner.Create(desk.Form(endpoint: "sms:1", type: "rest-hook"))).Is(400);
        Assert.Empty(channel.Told);
    }

    private sealed class TextChannel : IReceiverChannel
    {
        public ConcurrentQueue<HookAnswer> Answers { get; } = new();

        public ConcurrentQueue<Notified> Told { get; } = new();

        public IReadOnlyList<string> Types { get; } = ["sms"];

        public Refusal? Refuse(string type, JsonElement channel, string endpoint) =>
            endpoint.StartsWith("sms:", StringComparison.Ordinal) ? null : SubscriptionForm.No("Subscription.channel.endpoint", "No number.");

        public ValueTask<HookAnswer> Send(TakenNotification taken, CancellationToken cancel)
        {
            var told = new Notified(new Received("", new Dictionary<string, string>(StringComparer.Ordinal), taken.Body));
            Told.Enqueue(told);
            var answer = told.Type == "event-notification" && Answers.TryDequeue(out var next) ? next : HookAnswer.Taken;
            return ValueTask.FromResult(answer);
        }
    }
}

public sealed class OtherChannelOnSqlite() : OtherChannelTests(Engine.Sqlite);

public sealed class OtherChannelOnPostgres() : OtherChannelTests(Engine.Postgres);
