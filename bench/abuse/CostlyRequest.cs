namespace Vagus.Bench.Abuse;

/// <summary>
/// A request that is made to cost, and the statuses with which it does what its name says: others mean that it costs nothing.
/// </summary>
internal sealed record CostlyRequest(string Name, int[] Meant, Func<HttpRequestMessage> Request)
{
    /// <summary>The server throttles and cuts connections where it will.</summary>
    public bool IsMeant(IEnumerable<int> statuses) => statuses.All(status => status is 0 or 429 || Meant.Contains(status));
}
