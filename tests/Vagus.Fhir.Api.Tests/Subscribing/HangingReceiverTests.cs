using Vagus.Testing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>
/// More subscriptions than a process sends at a time, of one receiver that takes requests and does not answer: others are told at once.
/// </summary>
public abstract class HangingReceiverTests(SubscriptionServer server)
{
    // More than all places, and than a look reads at a time.
    private const int Many = 500;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task It_holds_up_no_other_tenant(int attempts)
    {
        await using var south = await Desk.Open(server);
        var other = await south.Subscribe(south.Form());
        await new SubscriptionRows(south).Set(other, $"attempts = {attempts}");
        await using var hanging = await Hanging.Begin(server, attempts);

        await south.Observe("o");

        Assert.Equal(["o"], Assert.Single(await south.Notified(1)).Focuses);
        Assert.True(await hanging.Waiting() > 0);
    }

    [Fact]
    public async Task It_holds_up_no_other_receiver_of_its_tenant()
    {
        await using var hanging = await Hanging.Begin(server, attempts: 0);
        await using var near = await Receiver.Start();
        (await hanging.Desk.Owner.Create(hanging.Desk.Form(endpoint: $"{near.Address}hook"))).Is(201);

        await Desk.Until(() => Task.FromResult(!near.Taken.IsEmpty), "no handshake comes");
        Assert.True(await hanging.Waiting() > 0);
    }

    /// <summary>A tenant with signs of life that are due, to a receiver that hangs until this is over.</summary>
    private sealed class Hanging : IAsyncDisposable
    {
        private const string Guide = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition";
        private readonly TaskCompletionSource over = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private string id = "";

        private Hanging(Desk desk) => Desk = desk;

        public Desk Desk { get; }

        public static async Task<Hanging> Begin(SubscriptionServer server, int attempts)
        {
            var hanging = new Hanging(await Desk.Open(server));
            var desk = hanging.Desk;
            var id = hanging.id = await desk.Subscribe(desk.Form(channel: $$"""
                ,"extension":[{"url":"{{Guide}}/backport-heartbeat-period","valueUnsignedInt":600},
                  {"url":"{{Guide}}/backport-timeout","valueUnsignedInt":60}]
                """));
            var rows = new SubscriptionRows(desk);
            await Desk.Until(async () => (await rows.Of(id)).DueAt is not null, "no sign of life is due");
            await rows.Set(id, $"attempts = {attempts}");
            desk.Receiver.BeforeAnswer = () => hanging.over.Task;
            await rows.Copy(id, Many);
            await Desk.Until(() => Task.FromResult(desk.Taken("heartbeat").Count > 0), "nothing is sent");
            return hanging;
        }

        /// <summary>How many subscriptions have no place yet.</summary>
        public async Task<long> Waiting() => await new SubscriptionRows(Desk).DueCopies(id);

        public async ValueTask DisposeAsync()
        {
            over.SetResult();
            await Desk.DisposeAsync();
        }
    }
}

public sealed class HangingReceiverOnSqlite(SqliteSubscriptionServer server) : HangingReceiverTests(server);

public sealed class HangingReceiverOnPostgres(PostgresSubscriptionServer server) : HangingReceiverTests(server);
