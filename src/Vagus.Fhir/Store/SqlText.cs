using System.Globalization;
using System.Text;
using Vagus.Access.Authorization;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.Store;

/// <summary>
/// A SQL text in the making: parameters are numbered as they are added, so that no value ever becomes text.
/// <see cref="WithinReach"/> adds the caller's predicate, on every path by which a row can come out.
/// </summary>
internal sealed class SqlText
{
    private readonly StringBuilder text = new();

    public List<object?> Values { get; } = [];

    public SqlText Add(string sql)
    {
        text.Append(sql).Append('\n');
        return this;
    }

    /// <summary>Keeps the value and answers the parameter that stands for it.</summary>
    public string Value(object? value)
    {
        Values.Add(value);
        return string.Create(CultureInfo.InvariantCulture, $"@p{Values.Count}");
    }

    /// <summary>
    /// Adds the conditions under which a row <c>r</c> of <c>fhir_resource</c> of this type is the caller's to see. The type itself must
    /// have been checked with <see cref="Reach.MayRead"/>.
    /// </summary>
    /// <param name="reach">The caller's.</param>
    /// <param name="type">The resource type of the rows.</param>
    /// <param name="rows">What the rows are of.</param>
    public SqlText WithinReach(Reach reach, string type, RowsOf rows = RowsOf.Current)
    {
        if (!reach.SeesSensitive) Add("  and r.sensitive = false");
        if (!reach.SeesSensitive && rows == RowsOf.Versions) Add("  and v.sensitive = false");
        if (reach.ReleasedOnly) Add("  and r.released = true");
        if (reach.ReleasedOnly && rows == RowsOf.Versions) Add("  and v.released = true");
        if (reach.NeedsCompartment(type)) InCompartment(reach, rows);
        if (reach.MustTakePart) TakingPart(reach, rows);
        return this;
    }

    public override string ToString() => text.ToString();

    private void InCompartment(Reach reach, RowsOf rows)
    {
        if (reach.Patients is not { Count: > 0 } patients)
        {
            Add("  and false");
            return;
        }

        var tenant = Value(reach.Tenant.Value);
        var names = string.Join(", ", patients.Select(patient => Value(patient.Value)));
        Among(
            rows,
            $"select c.rid from fhir_compartment c where c.tenant_id = {tenant} and c.patient_id in ({names}){(rows == RowsOf.Versions ? " and c.since <= v.version" : "")}", "c.rid");
    }

    private void TakingPart(Reach reach, RowsOf rows)
    {
        var owner = R4Definitions.SearchParameter("Task", "owner");
        var requester = R4Definitions.SearchParameter("Task", "requester");
        if (owner is null || requester is null || reach.TakesPartAs.Count == 0)
        {
            Add("  and false");
            return;
        }

        var (tenant, first, second) = (Value(reach.Tenant.Value), Value((long)owner.Id), Value((long)requester.Id));
        var named = reach.TakesPartAs.Select(reference => reference.Split('/'))
            .Select(parts => $"(x.target_type = {Value(parts[0])} and x.target_id = {Value(parts[1])})");
        Among(
            rows,
            $"select x.rid from fhir_reference x where x.tenant_id = {tenant} and x.param in ({first}, {second}) "
                + $"and ({string.Join(" or ", named)})",
            "x.rid");
        if (rows == RowsOf.Versions) TookPart(reach);
    }

    // Of the versions before the current one those are shown in which the caller took part by the event that told of them: what a replay
    // shows. With their events' retention they are over. A reference has neither blank nor bar.
    private void TookPart(Reach reach)
    {
        const string people = "' ' || replace(e.audience, '|', ' ') || ' '";
        var named = reach.TakesPartAs.Select(reference => $"replace({people}, {Value($" {reference} ")}, '') <> {people}");
        Add("  and (v.version = r.version or exists (");
        Add("    select 1 from event e where e.tenant_id = v.tenant_id and e.position = v.position");
        Add($"      and ({string.Join(" or ", named)})))");
    }

    private void Among(RowsOf rows, string reachable, string rid) =>
        Add(rows == RowsOf.Search ? $"  and r.rid in ({reachable})" : $"  and exists ({reachable} and {rid} = r.rid)");
}

/// <summary>What is asked for, which decides how the caller's reach is asked in the quickest way.</summary>
internal enum RowsOf
{
    /// <summary>Current versions that something else names: each is looked up in the reach.</summary>
    Current,

    /// <summary>Current versions that nothing else names: the reach names them.</summary>
    Search,

    /// <summary>Older versions too, <c>v</c>, each of which must be within reach by itself.</summary>
    Versions,
}
