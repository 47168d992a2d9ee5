using System.Globalization;
using System.Net;
using System.Text;
using Npgsql;
using Vagus.EndToEnd.Tests.Crashing;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.EndToEnd.Tests.Faults;

/// <summary>
/// The connection to PostgreSQL is cut at the commit itself: its bytes are lost, or they arrive and the answer is lost. The server cannot
/// know which of both, and says so.
/// </summary>
public sealed class CutCommitTests
{
    private const int Cuts = 8;
    private static readonly byte[] Channel = "vagus_log"u8.ToArray();

    [Fact]
    public async Task A_commit_whose_connection_is_cut_is_answered_as_unknown_and_is_there_as_a_whole_or_not_at_all()
    {
        var (data, clinic) = await PreparedClinic.Copy(Engine.Postgres);
        await using var owned = data;
        var direct = new NpgsqlConnectionStringBuilder(data.Options.Postgres);
        await using var relay = new TcpRelay(direct.Port);
        direct.Port = relay.Port;
        await using var server = await RunningServer.StartRestored(
            data, clinic, new Dictionary<string, string> { ["VAGUS_POSTGRES"] = direct.ToString() });
        await using var subscriber = new RawSubscriber(server, "admin", logged => logged.Labels == Sensitivity.None);
        using var author = server.SignIn("service");
        await Condition.Becomes(() => subscriber.IsFollowing, "the subscriber follows", () => server.Said);
        var acknowledged = new Acknowledged();
        var story = new Story(server, author, acknowledged);

        for (var cut = 0; cut < Cuts; cut++)
        {
            var mode = cut % 2 == 0 ? Passage.CutBefore : Passage.CutAfter;
            await story.Write();
            relay.Judge = Once(mode);
            var (bundle, answer) = await story.WriteUntilRefused();
            relay.Judge = null;

            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
            Assert.Contains("may or may not have happened", answer.Text, StringComparison.Ordinal);
            await Condition.Becomes(async () => (await author.Get("/health/ready")).Succeeded, "it is ready again", () => server.Said);
            var found = await Acknowledged.Read(author, bundle.References);
            Assert.Equal(
                mode == Passage.CutAfter ? bundle.References.Count : 0,
                found.Count(resource => Acknowledged.MarkerOf(resource) == bundle.Marker));
        }

        await story.Write();
        Assert.Empty(await Acknowledged.Missing(author, acknowledged.Versions));
        var log = await LogCheck.Contiguous(data, Clinic.Tenant);
        Assert.Empty(LogCheck.Untold(log, acknowledged.Versions));
        await Condition.Holds(() => subscriber.HasCaughtUp(log), Condition.Limit);
        Assert.Empty(subscriber.Differences(log));
        Assert.False(server.Process.HasExited, server.Said);
        Figures.Say(string.Create(
            CultureInfo.InvariantCulture, $"{Cuts} commits cut: half of them happened, {acknowledged.Versions.Count} versions acknowledged"));
    }

    /// <summary>
    /// The first commit that moves the tenant's log: with it goes the word to other nodes, whose payload is a position and the tenant.
    /// </summary>
    private static Func<ReadOnlyMemory<byte>, Passage> Once(Passage mode)
    {
        var isDone = 0;
        var payload = Encoding.UTF8.GetBytes($" {Clinic.Tenant}");
        return sent =>
        {
            var at = sent.Span.IndexOf(Channel);
            if (at < 0 || sent.Span[at..].IndexOf(payload) < 0) return Passage.On;
            return Interlocked.Exchange(ref isDone, 1) == 0 ? mode : Passage.On;
        };
    }

    /// <summary>Bundles one after the other, none of which changes another.</summary>
    private sealed class Story(RunningServer server, SignedIn author, Acknowledged acknowledged)
    {
        private int number;

        public async Task Write()
        {
            var (_, answer) = await Post();
            while (AlertSteps.NothingWasWritten(answer)) (_, answer) = await Post();
            Assert.True(answer.Succeeded, $"{(int)answer.Status} {answer.Text} {server.Said}");
        }

        /// <summary>
        /// The cut may meet a commit of a consumer before that of a request; the lane's next write may find its connection gone.
        /// </summary>
        public async Task<(GeneratedBundle Bundle, Answer Answer)> WriteUntilRefused()
        {
            for (var tries = 0; tries < 20; tries++)
            {
                var (bundle, answer) = await Post();
                if (!answer.Succeeded && !AlertSteps.NothingWasWritten(answer)) return (bundle, answer);
            }

            throw new InvalidOperationException("No commit of a request was cut.");
        }

        private async Task<(GeneratedBundle Bundle, Answer Answer)> Post()
        {
            var bundle = GeneratedBundle.Of($"cut{number++}", 0, attempt: 0, new Random(number));
            var answer = await author.Post("/fhir", bundle.Json);
            if (answer.Succeeded) acknowledged.Add(answer.Json, bundle.Marker);
            return (bundle, answer);
        }
    }
}
