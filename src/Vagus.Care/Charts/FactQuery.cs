using System.Data.Common;
using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Access.Visibility;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Care.Charts;

/// <summary>Whose chart is looked at by whom, and of which moment: of now, or as it was at a position of the log.</summary>
internal sealed record ChartView(Reach Reach, TenantPolicy Policy, PatientId Patient, long? Position)
{
    /// <summary>The moment, where it was named as an instant.</summary>
    public DateTimeOffset? Instant { get; init; }

    /// <summary>Why the chart of that moment cannot be told yet; null: it can.</summary>
    public Refusal? NotYet { get; init; }

    public bool Sees(FactKind kind) => Reach.MaySee(Policy, Patient, kind);
}

/// <summary>A row as it is read.</summary>
internal sealed record FactRow(FactKind Kind, string Key, long Sort, long Since, long SinceAt, long Origin, string Type, long Version)
{
    public required bool IsKept { get; init; }

    public required string? Link { get; init; }

    public required Sensitivity Labels { get; init; }

    public required bool IsReleased { get; init; }

    public required byte[] Body { get; init; }
}

/// <summary>
/// A statement over the rows of one patient's chart, each part of it within the caller's reach. There is no other way to ask for them.
/// </summary>
internal sealed class FactQuery
{
    private const string Columns =
        "v.kind, v.fact_key, v.sort, v.since, v.since_at, v.origin, v.type, v.version, v.kept, v.link, v.body, v.labels, v.released";

    private const string LinkIndex = "chart_fact_link";
    private const string IsInChart = "and v.live = true";
    private const string IsInLists = "and v.live = false";

    private readonly RecordQuery query;
    private readonly ChartView view;
    private readonly string? asOf;
    private readonly string patient;
    private readonly string chart;
    private readonly string time;
    private bool hasPart;

    public FactQuery(ChartView view)
    {
        this.view = view;
        query = new RecordQuery(view.Reach);
        patient = query.Value(view.Patient.Value);
        chart = $"v.set_number = (select s.number from chart_set s where s.tenant_id = {query.Tenant} and s.serving) "
            + $"and v.patient_id = {patient}";
        asOf = view.Position is { } position ? query.Value(position) : null;
        time = TimeOf("v");
    }

    /// <summary>The statement, for the test of its plan.</summary>
    internal RecordQuery Statement => query;

    /// <summary>What of a kind is in the chart itself, the newest first.</summary>
    public FactQuery AddLive(FactKind kind, int most) => AddRows(kind, IsInChart, most);

    /// <summary>The newest of a kind that is never in the chart itself, or always.</summary>
    public FactQuery AddNewest(FactKind kind, int most) => AddRows(kind, IsInLists, most);

    /// <summary>The page of a kind that begins behind a place: of what is in lists only, and of what is in the chart too.</summary>
    public FactQuery AddPage(FactKind kind, (long Sort, long Origin)? after, int most)
    {
        var behind = Behind(after);
        if (kind == FactKind.Medication) AddRows(kind, $"{IsInChart} {behind}", most);
        return AddRows(kind, $"{IsInLists} {behind}", most);
    }

    public FactQuery AddOf(FactKind kind, string key) => AddRows(kind, $"and v.fact_key = {query.Value(key)}", most: 1);

    /// <summary>What belongs to any of the named.</summary>
    public FactQuery AddParts(FactKind kind, IReadOnlyCollection<string> links, int most)
    {
        var list = query.Value(JsonSerializer.Serialize(links, ChartJson.Default.IReadOnlyCollectionString));
        return AddRows(
            kind, $"and v.link in (select value from json_each({list}))",
            $"and v.link = any(array(select jsonb_array_elements_text({list}::jsonb)))", most, LinkIndex);
    }

    /// <summary>
    /// The page of what belongs to nothing of another kind: it names nothing, or something that the chart does not have. What the chart has
    /// and the caller does not see keeps what belongs to it.
    /// </summary>
    public FactQuery AddOrphans(FactKind kind, FactKind of, (long Sort, long Origin)? after, int most)
    {
        // Each asks for itself, as with orders: PostgreSQL would read all that it could belong to.
        string Orphans(string index) => $"{IsInLists} {Behind(after)} "
            + $"and (v.link is null or not exists (select 1 from chart_fact p {index} where p.set_number = v.set_number "
            + $"and p.patient_id = v.patient_id and p.link = v.link and p.kind = {(int)of} and {TimeOf("p")} limit 1 offset 0))";
        return AddRows(kind, Orphans($"indexed by {LinkIndex}"), Orphans(""), most, index: null);
    }

    /// <summary>How many rows of the kind there are, at most so many.</summary>
    public FactQuery AddCount(FactKind kind, int most)
    {
        if (!view.Sees(kind)) return this;
        Part($"select {CountOf(kind)} from (");
        Rows(kind, "", "", most, index: null);
        query.Add(") q");
        return this;
    }

    /// <summary>How many orders of the kind are active and have no answer that the caller sees.</summary>
    public FactQuery AddPending(FactKind kind, int most)
    {
        if (!view.Sees(kind)) return this;
        Part($"select {CountOf(kind)} from (");
        Rows(kind, IsInChart, IsInChart, most, index: null);
        query.Add(") o where not exists (select 1 from chart_fact v").Add($"indexed by {LinkIndex}", "").Add($"where {chart}");
        query.Add($"and v.link = 'ServiceRequest/' || o.fact_key and {time} and v.kind = {(int)FactKind.Answer} and (");
        AddReach(FactKind.Answer);
        // Each order asks for its own answer: PostgreSQL leaves a query with an offset where it stands.
        query.Add(") limit 1 offset 0)");
        return this;
    }

    public ValueTask<ILookup<FactKind, FactRow>> Run(IRunQueries queries, CancellationToken cancel) =>
        Prepare().Run(queries, view.Patient, cancel);

    /// <summary>
    /// To be run as often as it is needed, for the callers who reach alike, and for other patients where these are not bound to some.
    /// </summary>
    public FactStatement Prepare() => new(hasPart ? query.Prepare() : null, patient);

    private string TimeOf(string alias) =>
        asOf is null ? $"{alias}.until = {ChartTables.NeverText}" : $"{alias}.since <= {asOf} and {alias}.until > {asOf}";

    private string Behind((long Sort, long Origin)? after) =>
        after is { } place ? $"and (v.sort, v.origin) < ({query.Value(place.Sort)}, {query.Value(place.Origin)})" : "";

    private static string CountOf(FactKind kind) =>
        $"{(int)kind}, '', count(*), 0, 0, 0, '', 0, false, cast(null as text), cast('' as bytea), 0, false";

    private FactQuery AddRows(FactKind kind, string condition, int most, string? index = null) =>
        AddRows(kind, condition, condition, most, index);

    private FactQuery AddRows(FactKind kind, string sqlite, string postgres, int most, string? index)
    {
        if (!view.Sees(kind)) return this;
        Part("select * from (");
        Rows(kind, sqlite, postgres, most, index);
        query.Add(") p");
        return this;
    }

    /// <param name="kind">The kind of the rows.</param>
    /// <param name="sqlite">A further condition.</param>
    /// <param name="postgres">The same for PostgreSQL.</param>
    /// <param name="most">At most so many rows.</param>
    /// <param name="index">SQLite believes that the primary key is always the cheapest, whatever it leaves to be filtered.</param>
    private void Rows(FactKind kind, string sqlite, string postgres, int most, string? index)
    {
        query.Add($"select {Columns} from chart_fact v").Add(index is null ? "" : $"indexed by {index}", "")
            .Add($"where {chart} and v.kind = {(int)kind} and {time}").Add(sqlite, postgres).Add("and (");
        AddReach(kind);
        query.Add($") order by v.sort desc, v.origin desc, v.fact_key desc limit {query.Value((long)most)}");
    }

    private void AddReach(FactKind kind)
    {
        var first = true;
        foreach (var type in FactKinds.TypesOf(kind))
        {
            query.Add($"{(first ? "" : "or ")}v.type = '{type}' and").Reached(type, view.Patient, asOf);
            first = false;
        }
    }

    /// <summary>
    /// Where the charts and the log stand (<see cref="ChartMark"/>), as a row of kind 0; "released": an alert of the chart is about a
    /// record that is deleted or has gone to another patient.
    /// </summary>
    public FactQuery AddMark()
    {
        BeginMark();
        query.Add($"exists (select 1 from chart_fact v where v.set_number = s.number and v.patient_id = {patient}");
        query.Add($"and v.kind = {(int)FactKind.Alert} and v.until = {ChartTables.NeverText} and {query.HasLeft(patient)})");
        query.Add(ChartMark.From(query.Tenant));
        return this;
    }

    /// <summary>
    /// The same beside what a list asks for, and nothing of alerts: "released" is always false. Where the caller sees none of the list,
    /// there is still nothing to run.
    /// </summary>
    public FactQuery AddStand()
    {
        if (!hasPart) return this;
        BeginMark();
        query.Add("false").Add(ChartMark.From(query.Tenant));
        return this;
    }

    private void BeginMark() => Part($"select 0, '', {ChartMark.Columns(query.Tenant)}, cast(null as text), cast('' as bytea), 0,");

    private void Part(string begin)
    {
        query.Add(hasPart ? $"union all {begin}" : begin);
        hasPart = true;
    }

    internal static FactRow Map(DbDataReader row) => new(
        (FactKind)row.GetInt64(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetString(6),
        row.GetInt64(7))
    {
        IsKept = row.GetBoolean(8),
        Link = row.IsDBNull(9) ? null : row.GetString(9),
        Body = row.GetValue(10) as byte[] ?? [],
        Labels = (Sensitivity)row.GetInt64(11),
        IsReleased = row.GetBoolean(12),
    };
}

/// <summary>A <see cref="FactQuery"/> whose text is made.</summary>
internal sealed class FactStatement(RecordStatement? statement, string patientParameter)
{
    public async ValueTask<ILookup<FactKind, FactRow>> Run(IRunQueries queries, PatientId patient, CancellationToken cancel) =>
        (statement is null ? [] : await statement.With(patientParameter, patient.Value).Run(queries, FactQuery.Map, cancel))
            .ToLookup(row => row.Kind);
}
