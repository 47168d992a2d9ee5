using System.Text.Json;
using Vagus.Kernel;
using Vagus.Storage.Log;
using static Vagus.Messaging.Tests.Steps;

namespace Vagus.Messaging.Tests.Live;

/// <summary>
/// A refill over sockets, whose lines are cut between request and answer: who comes back with its position and asks again has missed
/// nothing and said nothing twice.
/// </summary>
public abstract class CutLineTests(House house)
{
    [Fact]
    public async Task A_refill_goes_on_over_lines_that_are_cut_before_each_answer()
    {
        var (clinic, patient, _) = await Open(house, "p1");
        var pharmacist = await clinic.Has(Role.Pharmacy);
        var thread = await patient.Begins("prescription_refill", "May I have a refill?");
        var (phone, desk) = (await Client.Open(clinic, patient), await Client.Open(clinic, pharmacist));

        var ready = await desk.SendCut(phone, thread, "It is ready tomorrow");
        var thanks = await phone.SendCut(desk, thread, "Thank you");
        var welcome = await desk.SendCut(phone, thread, "You are welcome");

        await phone.ReadCut(desk, ready);
        await phone.ReadCut(desk, welcome);
        await desk.ReadCut(phone, thanks);
        foreach (var client in new[] { phone, desk }) await client.HearsNothingMore();
        var shown = (await patient.Get($"{AtPortal}/threads/{thread}")).Is(200)["messages"].EnumerateArray().ToList();
        Assert.Equal(Enumerable.Range(1, 5), shown.Select(message => message.GetProperty("sequence").GetInt32()));
        Assert.Equal([ready, thanks, welcome], shown.Skip(2).Select(message => message.Text("id")));
        Assert.All(shown.Skip(2), message => Assert.Equal(JsonValueKind.String, message.GetProperty("readAt").ValueKind));
        foreach (var client in new[] { phone, desk }) await client.DisposeAsync();
    }

    [Fact]
    public async Task Who_was_away_while_the_other_wrote_hears_all_of_it_in_order_and_once()
    {
        var (clinic, patient, _) = await Open(house, "p1");
        var pharmacist = await clinic.Has(Role.Pharmacy);
        var thread = await patient.Begins("prescription_refill", "May I have a refill?");
        await using var phone = await Client.Open(clinic, patient);

        await phone.Cut();
        foreach (var number in Enumerable.Range(1, 20))
            (await pharmacist.Post("/api/messages", new { threadId = thread, content = $"Number {number}" })).Is(201);
        await phone.Return();

        foreach (var number in Enumerable.Range(1, 20))
            Assert.Equal($"Number {number}", (await phone.Socket.Hear("new_message")).Text("content"));
        await phone.HearsNothingMore();
    }

    /// <summary>A person whose connection comes and goes.</summary>
    private sealed class Client(Clinic clinic, Person person, LiveSocket socket) : IAsyncDisposable
    {
        private long place;
        private int sent;

        public LiveSocket Socket { get; private set; } = socket;

        public static async Task<Client> Open(Clinic clinic, Person person) =>
            new(clinic, person, await LiveSocket.Open(clinic.House, person));

        /// <summary>The message is in the thread, for the other has heard it; its sender's line ends before the answer.</summary>
        public async Task<string> SendCut(Client other, string thread, string content)
        {
            var request = new { threadId = thread, content, clientMessageId = $"{person.Id}-{sent++}" };
            await Settle();
            await Socket.AskAndLeave("send_message", request);
            var heard = await other.Socket.Hear("new_message");
            Assert.Equal(content, heard.Text("content"));
            await Leave();

            await Return();

            Assert.Equal(heard.Text("id"), (await Socket.Hear("message_sent")).Text("id"));
            var again = await Socket.Ask("send_message", request);
            Assert.Equal(heard.Text("id"), again.GetProperty("message").Text("id"));
            return heard.Text("id");
        }

        /// <summary>The same of a reading: the other hears of it once.</summary>
        public async Task ReadCut(Client other, string message)
        {
            await Settle();
            await Socket.AskAndLeave("mark_read", new { messageId = message });
            Assert.Equal(message, (await other.Socket.Hear("message_read")).Text("messageId"));
            await Leave();

            await Return();

            Assert.Equal(message, (await Socket.Hear("message_read")).Text("messageId"));
            Assert.True((await Socket.Ask("mark_read", new { messageId = message })).GetProperty("ok").GetBoolean());
        }

        public async Task Cut()
        {
            await Settle();
            await Leave();
        }

        public async Task Return() =>
            Socket = await LiveSocket.Open(clinic.House, new { token = person.Token, since = place });

        public async Task HearsNothingMore()
        {
            await Settle();
            Assert.Empty(Socket.Heard);
        }

        public ValueTask DisposeAsync() => Socket.DisposeAsync();

        /// <summary>The client keeps its position when it has been told.</summary>
        private async Task Settle()
        {
            await Socket.Reach((await clinic.House.Get<EventLog>().Extent(clinic.Tenant, default)).Last);
            place = Socket.Position;
        }

        private ValueTask Leave() => Socket.DisposeAsync();
    }
}

public sealed class CutLinesOnSqlite(SqliteHouse house) : CutLineTests(house);

public sealed class CutLinesOnPostgres(PostgresHouse house) : CutLineTests(house);
