using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Log;

namespace Vagus.EndToEnd.Tests.Crashing;

/// <summary>Reads the log from the database itself and says what is wrong with it.</summary>
internal static class LogCheck
{
    /// <summary>The log from 1 to its head, without a hole.</summary>
    public static async Task<List<LoggedEvent>> Contiguous(ServerData data, string tenant)
    {
        var extent = await data.Log.Extent(new Kernel.TenantId(tenant), CancellationToken.None);
        var log = await data.ReadLog(tenant);
        for (var index = 0; index < log.Count; index++)
        {
            Assert.True(log[index].Position == index + 1, $"The log has {log[index].Position} where {index + 1} belongs.");
        }

        Assert.True(log.Count >= extent.Last, $"The head says {extent.Last}, the log ends at {log.Count}.");
        Assert.Equal(log.Count, log.Select(each => each.EventId).Distinct(StringComparer.Ordinal).Count());
        return log;
    }

    /// <summary>Each acknowledged version has one event that tells of it.</summary>
    public static IEnumerable<string> Untold(IEnumerable<LoggedEvent> log, IEnumerable<KeptVersion> kept)
    {
        var told = log.Where(each => each.Type.StartsWith("resource.", StringComparison.Ordinal))
            .GroupBy(each => each.Resource ?? "", StringComparer.Ordinal)
            .ToDictionary(each => each.Key, each => each.Count(), StringComparer.Ordinal);
        foreach (var version in kept)
        {
            var times = told.GetValueOrDefault(version.Reference);
            if (times != 1) yield return $"{version.Reference} is told {times} times";
        }
    }
}
