using System.Data.Common;
using Vagus.Access.Authorization;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Store;

/// <summary>
/// A statement of another room over rows <c>v</c> of its own that were made of records: each row says of which (<c>kept</c>: a record of
/// this server, <c>origin</c>: its <c>rid</c>), of which version, and what that version's labels and release were (<c>sensitive</c>,
/// <c>labels</c>, <c>released</c>). <see cref="Reached"/> adds the caller's reach: of the record as it stands now, and of the version.
/// </summary>
public sealed class RecordQuery(Reach reach)
{
    private readonly SqlText text = new();

    /// <summary>The parameter that stands for the caller's tenant.</summary>
    public string Tenant => text.Tenant(reach.Tenant);

    /// <summary>The text, for the test of its plan.</summary>
    internal SqlText Text => text;

    public RecordQuery Add(string sql) => Add(sql, sql);

    public RecordQuery Add(string sqlite, string postgres)
    {
        text.Add(new EngineText(sqlite, postgres));
        return this;
    }

    /// <summary>Keeps the value and answers the parameter that stands for it.</summary>
    public string Value(object? value) => text.Value(value);

    /// <summary>
    /// Adds a condition on <c>v</c>: rows of a record of this type that is within reach now. A row of another server's record has labels
    /// and release of its own, and is decided by them.
    /// </summary>
    /// <param name="type">The type of the record.</param>
    /// <param name="patient">In whose chart the rows are; a caller who is bound to patients reaches no other's.</param>
    /// <param name="asOf">
    /// The parameter that holds a position of the log: records that were deleted there are out of reach. Null: those that are deleted now.
    /// </param>
    public RecordQuery Reached(string type, PatientId patient, string? asOf)
    {
        var row = ReachSql.Within(text, reach, type, RowsOf.Versions, "", ResourceInteractions.Read);
        var ends = $" and {(asOf is null ? "r.deleted = false" : WasThere(asOf))} and r.rid = v.origin {ReachSql.AskEach})";
        text.Add(row.Within("case when v.kept then exists (select 1 ", ends))
            .Add($"else {Foreign(type, patient)} end");
        return this;
    }

    /// <summary>
    /// A condition on <c>v</c>: its record is one of this server, and is deleted or not in the patient's compartment now. A deleted one
    /// keeps its compartments, and may come back in another one.
    /// </summary>
    /// <param name="patient">The parameter that stands for the patient's id.</param>
    public string HasLeft(string patient) => $"""
        case when v.kept then not exists (
          select 1 from fhir_compartment k
          where k.tenant_number = {Names.TenantSql(Tenant)} and k.patient_id = {patient} and k.rid = v.origin
          {ReachSql.AskEach}) or not coalesce((
          select d.body is not null
          from fhir_version d
          where d.tenant_id = {Tenant} and d.rid = v.origin
          order by d.version desc limit 1), false) else false end
        """;

    /// <summary>The statement with its values, to be run as often as it is needed.</summary>
    public RecordStatement Prepare()
    {
        var statement = StatementCache.Of(text, isOurs: true);
        return new RecordStatement(statement, text.ValuesOf(statement));
    }

    /// <summary>The newest version up to there is no deletion.</summary>
    private string WasThere(string position) => $"""
        (select d.body is not null
         from fhir_version d
         where d.tenant_id = {Tenant} and d.rid = v.origin and d.position <= {position}
         order by d.version desc limit 1)
        """;

    private string Foreign(string type, PatientId patient)
    {
        var scopes = reach.ScopesOf(ResourceInteractions.Read, type)
            .Where(scope => scope.Criteria.Count == 0 && scope.Parties is null)
            .Where(scope => !scope.NeedsCompartment(type) || scope.IsOfPatients([patient]))
            .Select(OfScope)
            .ToList();
        return scopes.Count == 0 ? "false" : $"({string.Join(" or ", scopes)})";
    }

    private string OfScope(RowScope scope)
    {
        var missing = Sensitivity.All.Without(scope.SeesLabels);
        var labels = missing == Sensitivity.None ? "true" : $"(v.labels & {text.Value((long)missing)}) = 0";
        return scope.ReleasedOnly ? $"({labels} and v.released = true)" : labels;
    }
}
