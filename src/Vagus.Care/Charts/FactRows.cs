using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Care.Charts;

/// <summary>The rows of one set, changed at one position of the log.</summary>
internal sealed class FactRows(WriteTransaction write, long set, long position, DateTimeOffset at)
{
    public TenantId Tenant => write.Tenant;

    public IRunQueries Queries => write;

    public void Add(string patient, FactOrigin origin, Fact fact) => write.Insert(
        ChartTables.Facts, set, patient, (long)fact.Kind, ChartTables.Never, fact.Sort, origin.Number, fact.Key, position,
        at.ToMicroseconds(), origin.Type, origin.Version, origin.IsKept, origin.Labels != Sensitivity.None, (long)origin.Labels,
        origin.Released, fact.IsLive, fact.Link, fact.State, fact.Body);

    /// <summary>What earlier versions of the record said; where it is deleted, what events told of it too.</summary>
    public ValueTask EndRecord(long rid, bool isDeleted, CancellationToken cancel) =>
        write.Queue(isDeleted ? EndOfAll : EndOfVersion, [position, at.ToMicroseconds(), set, rid], cancel);

    /// <summary>True when this version's facts are there already.</summary>
    public async ValueTask<bool> Has(long rid, CancellationToken cancel) =>
        await write.QueryOne(CountOfVersion, [set, rid, position], row => row.GetInt64(0), cancel) > 0;

    public ValueTask EndUnread(long rid, CancellationToken cancel) =>
        write.Queue(EndOfUnread, [position, at.ToMicroseconds(), set, rid], cancel);

    /// <summary>The fact of this kind and key in a patient's chart.</summary>
    public ValueTask End(string patient, FactKind kind, string key, CancellationToken cancel) =>
        write.Queue(EndOfKey, [position, at.ToMicroseconds(), set, patient, (long)kind, key], cancel);

    /// <summary>The same of another system's record alone: what the server's own record says is not for events to end.</summary>
    public ValueTask EndForeign(string patient, FactKind kind, string key, CancellationToken cancel) =>
        write.Queue(EndOfForeignKey, [position, at.ToMicroseconds(), set, patient, (long)kind, key], cancel);

    /// <summary>The body of the fact of this kind and key in a patient's chart, of another system's record, where it holds now.</summary>
    public ValueTask<byte[]?> FindForeign(string patient, FactKind kind, string key, CancellationToken cancel) =>
        write.QueryOne(ReadForeignBody, [set, patient, (long)kind, key], row => (byte[])row.GetValue(0), cancel);

    /// <summary>Of a report: in whose charts it is available, and by which status.</summary>
    public ValueTask<List<(string Patient, string State)>> Available(long rid, CancellationToken cancel) =>
        write.Query(ReadAvailable, [set, rid], row => (row.GetString(0), row.GetString(1)), cancel);

    /// <summary>The alerts of a patient that are open.</summary>
    public ValueTask<List<OpenAlert>> Alerts(string patient, CancellationToken cancel) => write.Query(
        ReadAlerts,
        [set, patient],
        row => new OpenAlert(
            new Fact((FactKind)row.GetInt64(0), row.GetString(1), row.GetInt64(2), (byte[])row.GetValue(3))
            {
                Link = row.IsDBNull(4) ? null : row.GetString(4),
                State = row.IsDBNull(11) ? null : row.GetString(11),
                IsLive = true,
            },
            new FactOrigin(row.GetString(5), row.GetInt64(6), row.GetBoolean(7))
            {
                Version = row.GetInt64(8),
                Labels = (Sensitivity)row.GetInt64(9),
                Released = row.GetBoolean(10),
            },
            row.GetInt64(12)),
        cancel);

    /// <summary>A patient's last critical results, the newest first.</summary>
    public ValueTask<List<(string Key, byte[] Body)>> Criticals(string patient, CancellationToken cancel) =>
        write.Query(ReadCriticals, [set, patient], row => (row.GetString(0), (byte[])row.GetValue(1)), cancel);

    /// <summary>There is or was an alert about this subject.</summary>
    public async ValueTask<bool> HadAlert(string patient, string subject, CancellationToken cancel) =>
        await write.QueryOne(CountOfSubject, [set, patient, subject], row => row.GetInt64(0), cancel) > 0;

    private const string Ending = "update chart_fact set until = @position, until_at = @at";

    private static readonly Statement EndOfAll = new($"""
        {Ending}
        where set_number = @set
          and origin = @origin
          and until = {ChartTables.NeverText}
          and since < @position
        """);

    // Kinds from 100 on are told by events and do not end with a version.
    private static readonly Statement EndOfVersion = new($"""
        {Ending}
        where set_number = @set
          and origin = @origin
          and until = {ChartTables.NeverText}
          and kind < 100
          and since < @position
        """);

    private static readonly Statement CountOfVersion = new($"""
        select count(*)
        from chart_fact
        where set_number = @set
          and origin = @origin
          and until = {ChartTables.NeverText}
          and kind < 100
          and since = @position
        """);

    private static readonly Statement EndOfUnread = new($"""
        {Ending}
        where set_number = @set
          and origin = @origin
          and until = {ChartTables.NeverText}
          and kind in (100, 101, 108, 109)
        """);

    private const string OfKey = $"""
        {Ending}
        where set_number = @set
          and patient_id = @patient
          and kind = @kind
          and until = {ChartTables.NeverText}
          and fact_key = @fact_key
          and since < @position
        """;

    private static readonly Statement EndOfKey = new(OfKey);

    private static readonly Statement EndOfForeignKey = new($"""
        {OfKey}
          and kept = false
        """);

    private static readonly Statement ReadAvailable = new($"""
        select patient_id, state
        from chart_fact
        where set_number = @set
          and origin = @origin
          and until = {ChartTables.NeverText}
          and kind in (9, 12)
          and state is not null
        """);

    private static readonly Statement ReadForeignBody = new($"""
        select body
        from chart_fact
        where set_number = @set
          and patient_id = @patient
          and kind = @kind
          and until = {ChartTables.NeverText}
          and fact_key = @fact_key
          and kept = false
        order by since desc
        limit 1
        """);

    private static readonly Statement ReadAlerts = new($"""
        select kind, fact_key, sort, body, link, type, origin, kept, version, labels, released, state, since
        from chart_fact
        where set_number = @set
          and patient_id = @patient
          and kind = 103
          and until = {ChartTables.NeverText}
        order by sort, origin, fact_key
        """);

    private static readonly Statement CountOfSubject = new("""
        select count(*)
        from chart_fact
        where set_number = @set
          and patient_id = @patient
          and state = @subject
          and kind = 103
        """);

    private static readonly Statement ReadCriticals = new($"""
        select fact_key, body
        from chart_fact
        where set_number = @set
          and patient_id = @patient
          and kind = 104
          and until = {ChartTables.NeverText}
        order by since desc, fact_key desc
        limit 1000
        """);
}

/// <summary>An alert of a chart that is not resolved, and where it comes from. Its state is the subject of its <see cref="Alerts.AlertMark"/>.</summary>
internal sealed record OpenAlert(Fact Fact, FactOrigin Origin, long Since);
