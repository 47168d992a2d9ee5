using System.Collections.Concurrent;
using System.Globalization;

namespace Vagus.Visibility.Tests.Leaks;

/// <summary>By which door something could come out.</summary>
internal enum Way
{
    Get,
    Post,
    Match,
    Page,
    Number,
    Modifier,
    Sorted,
    Types,
    Compartment,
    Chain,
    Has,
    Include,
    RevInclude,
    List,
    IfNoneExist,
    ConditionalReference,
    ConditionalPatch,
    Read,
    Version,
    History,
    HistoryOfType,
    HistoryOfSystem,
    Everything,
    Export,
    ExportOfPatients,
    LastOfEachCode,
    PatientMatch,
    Documents,
    Clinic,
    ClinicList,
    ById,
    Head,
    Change,
    AuditEvents,
    AuditEntries,
    Disclosures,
    LiveRaw,
    LiveSocket,
    ReplayRaw,
    ReplaySocket,
    LiveSearch,
    LiveSearchPage,
    Subscription,
    SubscriptionOfTopic,
    SubscriptionOfEvents,
}

/// <summary>How many cases each way had: those that had to find their canary, and those that must not.</summary>
internal sealed class Tally
{
    private readonly ConcurrentDictionary<(Way Way, bool Found), int> cases = new();
    private int closed;

    public int All => cases.Values.Sum();

    public void Count(Way way, bool found) => cases.AddOrUpdate((way, found), 1, (_, before) => before + 1);

    /// <summary>A type that the asker never reads: refused whatever there is.</summary>
    public void CountClosed() => Interlocked.Increment(ref closed);

    public int Of(Way way, bool found) => cases.GetValueOrDefault((way, found));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{All} cases ({closed} more at closed types): ")
        + string.Join(", ", Enum.GetValues<Way>().Select(way => string.Create(
            CultureInfo.InvariantCulture, $"{way} {Of(way, found: true)}+{Of(way, found: false)}")));
}
