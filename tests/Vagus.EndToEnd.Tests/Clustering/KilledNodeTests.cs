using System.Globalization;
using Vagus.EndToEnd.Tests.Running;

namespace Vagus.EndToEnd.Tests.Clustering;

/// <summary>
/// Two nodes, subscribers and writers on both, and one node is killed, started and killed again. <c>bin/bench nodes</c> is the same with a
/// thousand sockets on each.
/// </summary>
public sealed class KilledNodeTests
{
    [Fact]
    public async Task Every_subscriber_on_both_nodes_has_the_exact_sequence_after_one_was_killed_started_and_killed()
    {
        var seen = await TwoNodesUnderLoad.Run(async (_, other, more) =>
        {
            for (var kill = 0; kill < 2; kill++)
            {
                await more();
                await other.Kill();
                await more();
                await other.StartAgain();
            }
        });

        Figures.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"two nodes, {2 * TwoNodesUnderLoad.SocketsOnEach} sockets, one killed twice: {seen.Events} events at each, {seen.Reconnections} new connections"));
    }
}
