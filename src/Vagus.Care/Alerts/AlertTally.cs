namespace Vagus.Care.Alerts;

/// <summary>What became of one alert: times from its raising, null where it has not come so far.</summary>
/// <param name="RaisedAt">In microseconds, as it is stored.</param>
/// <param name="Id">Of the alert.</param>
/// <param name="Type">Of the alert.</param>
internal sealed record AnsweredAlert(long RaisedAt, string Id, string Type)
{
    /// <summary>From the event that tells of it to the first owner; the other times run from the raising.</summary>
    public TimeSpan? Notified { get; init; }

    public TimeSpan? Acknowledged { get; init; }

    public TimeSpan? Resolved { get; init; }

    public required int Level { get; init; }

    public bool OnThePhone { get; init; }

    public int Corrections { get; init; }

    public int ByOthers { get; init; }

    public bool IsEscalated { get; init; }

    /// <summary>The first owner's, to acknowledge it.</summary>
    public required TimeSpan Limit { get; init; }

    /// <summary>To record an action, from the acknowledgement on.</summary>
    public required TimeSpan ActionLimit { get; init; }
}

/// <summary>Counts alerts one by one. Of each it keeps three times, which quantiles are taken from.</summary>
internal sealed class AlertTally
{
    /// <summary>A critical result reaches its owner within a second.</summary>
    private static readonly TimeSpan NotificationLimit = TimeSpan.FromSeconds(1);

    private readonly List<TimeSpan> notified = [];
    private readonly List<TimeSpan> acknowledged = [];
    private readonly List<TimeSpan> resolved = [];

    /// <summary>How many came to each level at least.</summary>
    private readonly List<int> byLevel = [];

    private int raised;
    private int notifiedWithin;
    private int within;
    private int actedWithin;
    private int escalated;
    private int onThePhone;
    private int corrections;
    private int byOthers;

    public static AlertTally Of(IEnumerable<AlertTally> parts)
    {
        var all = new AlertTally();
        foreach (var part in parts) all.Add(part);
        return all;
    }

    public void Add(AnsweredAlert alert)
    {
        raised++;
        if (alert.Notified is { } told) notified.Add(told);
        if (alert.Acknowledged is { } seen) acknowledged.Add(seen);
        if (alert.Resolved is { } over) resolved.Add(over);
        if (alert.Notified <= NotificationLimit) notifiedWithin++;
        if (alert.Acknowledged <= alert.Limit) within++;
        if (alert.Resolved - alert.Acknowledged <= alert.ActionLimit) actedWithin++;
        if (alert.IsEscalated) escalated++;
        if (alert.OnThePhone) onThePhone++;
        corrections += alert.Corrections;
        byOthers += alert.ByOthers;
        for (var level = 0; level < alert.Level; level++) AddTo(level, 1);
    }

    public AlertFigures ToFigures() => new(raised, notified.Count, acknowledged.Count, resolved.Count)
    {
        SecondsToNotification = Quantile(notified, 0.5),
        SecondsToNotificationP90 = Quantile(notified, 0.9),
        ShareNotifiedWithinLimit = ShareOf(notifiedWithin),
        SecondsToAcknowledgementMedian = Quantile(acknowledged, 0.5),
        SecondsToAcknowledgementP90 = Quantile(acknowledged, 0.9),
        ShareWithinLimit = ShareOf(within),
        SecondsToActionMedian = Quantile(resolved, 0.5),
        SecondsToActionP90 = Quantile(resolved, 0.9),
        ShareActedWithinLimit = ShareOf(actedWithin),
        EscalationRate = ShareOf(escalated),
        ByLevel = byLevel,
        PhoneTasks = onThePhone,
        Corrections = corrections,
        AcknowledgedByOthers = byOthers,
    };

    private void Add(AlertTally part)
    {
        raised += part.raised;
        notified.AddRange(part.notified);
        acknowledged.AddRange(part.acknowledged);
        resolved.AddRange(part.resolved);
        notifiedWithin += part.notifiedWithin;
        within += part.within;
        actedWithin += part.actedWithin;
        escalated += part.escalated;
        onThePhone += part.onThePhone;
        corrections += part.corrections;
        byOthers += part.byOthers;
        for (var level = 0; level < part.byLevel.Count; level++) AddTo(level, part.byLevel[level]);
    }

    private void AddTo(int level, int count)
    {
        if (byLevel.Count == level) byLevel.Add(0);
        byLevel[level] += count;
    }

    private double? ShareOf(int count) => raised == 0 ? null : Math.Round(count / (double)raised, 4);

    /// <summary>The value in seconds that so many of all are not above (nearest rank); null where there are none.</summary>
    private static double? Quantile(List<TimeSpan> values, double share)
    {
        if (values.Count == 0) return null;
        values.Sort();
        return Math.Round(values[Math.Max(0, (int)Math.Ceiling(share * values.Count) - 1)].TotalSeconds, 3);
    }
}

/// <summary>How fast alerts were answered.</summary>
/// <param name="Raised">How many there were: shares are of these.</param>
/// <param name="Notified">Those that had an owner.</param>
/// <param name="Acknowledged">Those that somebody answered.</param>
/// <param name="Resolved">Those with an action.</param>
internal sealed record AlertFigures(int Raised, int Notified, int Acknowledged, int Resolved)
{
    /// <summary>The median from the event that tells of it, with the laboratory's write, to the first owner.</summary>
    public double? SecondsToNotification { get; init; }

    public double? SecondsToNotificationP90 { get; init; }

    /// <summary>Within a second.</summary>
    public double? ShareNotifiedWithinLimit { get; init; }

    public double? SecondsToAcknowledgementMedian { get; init; }

    public double? SecondsToAcknowledgementP90 { get; init; }

    /// <summary>Acknowledged before the first owner's time was over.</summary>
    public double? ShareWithinLimit { get; init; }

    public double? SecondsToActionMedian { get; init; }

    public double? SecondsToActionP90 { get; init; }

    /// <summary>With an action in the policy's time from the first acknowledgement on.</summary>
    public double? ShareActedWithinLimit { get; init; }

    /// <summary>The share that went on because somebody did not answer, or did not act, in time.</summary>
    public double? EscalationRate { get; init; }

    /// <summary>How many came to each level at least; the first is all of them.</summary>
    public IReadOnlyList<int> ByLevel { get; init; } = [];

    public int PhoneTasks { get; init; }

    public int Corrections { get; init; }

    /// <summary>Acknowledged by somebody who was not the owner.</summary>
    public int AcknowledgedByOthers { get; init; }
}
