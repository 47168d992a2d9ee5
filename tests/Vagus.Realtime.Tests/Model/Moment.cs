
namespace Vagus.Realtime.Tests.Model;

/// <summary>When a change of what may be seen was made, on the clock of the surroundings.</summary>
internal sealed class Moment(TimeSpan begun)
{
    /// <summary>Before the write was sent: nothing obeys it earlier.</summary>
    public TimeSpan Begun => begun;

    /// <summary>The write was answered: what is asked for later obeys it.</summary>
    public TimeSpan Done { get; set; } = TimeSpan.MaxValue;

    /// <summary>The tenant's feed has read it: what is put into any queue later obeys it.</summary>
    public TimeSpan Known { get; set; } = TimeSpan.MaxValue;
}

/// <summary>The tenant's <c>visibility</c> over time.</summary>
internal sealed class Policies
{
    private readonly Lock gate = new();
    private readonly List<(Policy Policy,
        Moment Moment)> all = [(Policy.Default, new Moment(TimeSpan.Zero) { Done = TimeSpan.Zero, Known = TimeSpan.Zero })];

    public Policy Now
    {
        get
        {
            lock (gate) return all[^1].Policy;
        }
    }

    public Moment Add(Policy policy, TimeSpan begun)
    {
        var moment = new Moment(begun);
        lock (gate) all.Add((policy, moment));
        return moment;
    }

    /// <summary>Those that may have been in force at some time between the two.</summary>
    public IEnumerable<Policy> Between(TimeSpan from, TimeSpan to)
    {
        lock (gate)
        {
            var first = all.FindLastIndex(each => each.Moment.Known < from);
            return [.. all.Skip(Math.Max(first, 0)).TakeWhile(each => each.Moment.Begun <= to).Select(each => each.Policy).Distinct()];
        }
    }

    /// <summary>Whether one came into force between the two.</summary>
    public bool ChangedBetween(TimeSpan from, TimeSpan to)
    {
        lock (gate) return all.Exists(each => each.Moment.Begun <= to && each.Moment.Known >= from);
    }
}
