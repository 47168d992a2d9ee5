namespace Vagus.Samples.FollowTopic;

/// <summary>How far a subscription was told, over all connections: each event once, whatever comes again.</summary>
internal sealed class Progress(string subscription, Action<ToldEvent> tell)
{
    private long? last;

    public string Subscription => subscription;

    /// <summary>The number to ask from; null: nothing was told yet, and the server knows where to begin.</summary>
    public long? Next => last + 1;

    /// <summary>Something up to this number was not told.</summary>
    public bool Lacks(long number) => number > last;

    /// <summary>False: all of them were told before.</summary>
    public bool Tell(IEnumerable<ToldEvent> events)
    {
        var hasTold = false;
        foreach (var each in events.Where(each => last is null || each.Number > last))
        {
            tell(each);
            last = each.Number;
            hasTold = true;
        }

        return hasTold;
    }
}
