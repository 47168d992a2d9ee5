using Vagus.EndToEnd.Tests.Running;

namespace Vagus.EndToEnd.Tests.Measuring;

/// <summary>
/// The load tests of bench/hospital with small numbers: that they run, and that they lose nothing. Figures come from a calm machine.
/// </summary>
[Collection(nameof(Alone))]
public sealed class HospitalBenchTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Two_nodes_of_which_one_is_killed_show_each_socket_exactly_what_it_is_owed()
    {
        var said = await ChildProcess.Run(["dotnet", Programs.HospitalBench, "nodes", "20", "20", "8"], Limit);

        Assert.Contains("missing 0, twice or out of order 0, acknowledged and lost 0", said, StringComparison.Ordinal);
        Assert.Contains("answer to frame p50", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    [InlineData("nodes")]
    public async Task A_small_day_of_a_hospital_loses_and_refuses_nothing(string kind)
    {
        // A hundredth of the day: 120 requests in five seconds. The second run is compared with the first.
        var folder = Directory.CreateTempSubdirectory("vagus-bench-").FullName;
        string[] day = ["dotnet", Programs.HospitalBench, "day", kind, "20", "5", "0.01"];
        var said = await ChildProcess.Run(day, Limit, folder: folder);
        var again = await ChildProcess.Run(day, Limit, folder: folder);

        Assert.Contains("lost 0, refused 0", said, StringComparison.Ordinal);
        Assert.Contains($"| {kind} | 0.01 × |", said, StringComparison.Ordinal);
        Assert.Contains($"{kind} 0.01 ×: carried", said, StringComparison.Ordinal);
        Assert.DoesNotContain("beside the run before", said, StringComparison.Ordinal);
        Assert.Contains($"{kind} 0.01 × beside the run before: events/s", again, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }
}
