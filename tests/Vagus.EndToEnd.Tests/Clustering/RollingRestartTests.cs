using System.Globalization;
using System.Net;
using Vagus.EndToEnd.Tests.Running;

namespace Vagus.EndToEnd.Tests.Clustering;

/// <summary>
/// Two nodes on one database are told to stop and started again, one after the other, while writes and sockets go on at both.
/// </summary>
public sealed class RollingRestartTests
{
    [Fact]
    public async Task No_acknowledged_write_is_lost_and_no_event_skipped_while_each_node_is_restarted_in_its_turn()
    {
        var seen = await TwoNodesUnderLoad.Run(async (one, other, more) =>
        {
            foreach (var node in (RunningServer[])[one, other])
            {
                await more();
                var told = await node.Leave();
                await more();
                await node.StartAgain();

                // Once it has said that it goes, it never says again that it is ready.
                Assert.DoesNotContain(HttpStatusCode.OK, told.SkipWhile(status => status == HttpStatusCode.OK));
            }
        });

        Figures.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"two nodes, {2 * TwoNodesUnderLoad.SocketsOnEach} sockets, each restarted by SIGTERM: {seen.Events} events at each, {seen.Lost} answers lost, {seen.Refused} refused"));
    }
}
