namespace Vagus.Identity.Limits;

/// <summary>
/// Places for those who wait, counted in two ways at once: a flood at one account, or from one network, fills its own places and leaves
/// those of the others.
/// </summary>
internal sealed class WaitingPlaces(int ofAccount, int ofNetwork, int ofAll)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, int> taken = new(StringComparer.Ordinal);
    private int waiting;

    /// <summary>False: no place is left. A place that was taken is given back by <see cref="Leave"/>.</summary>
    public bool TryTake(string account, string network)
    {
        lock (gate)
        {
            if (waiting >= ofAll || Count(OfAccount(account)) >= ofAccount || Count(OfNetwork(network)) >= ofNetwork) return false;
            waiting++;
            taken[OfAccount(account)] = Count(OfAccount(account)) + 1;
            taken[OfNetwork(network)] = Count(OfNetwork(network)) + 1;
            return true;
        }
    }

    public void Leave(string account, string network)
    {
        lock (gate)
        {
            waiting--;
            Sink(OfAccount(account));
            Sink(OfNetwork(network));
        }
    }

    private int Count(string key) => taken.GetValueOrDefault(key);

    // Who has nobody waiting is not kept.
    private void Sink(string key)
    {
        if (taken[key] == 1) taken.Remove(key);
        else taken[key]--;
    }

    private static string OfAccount(string account) => $"a\n{account}";

    private static string OfNetwork(string network) => $"n\n{network}";
}
