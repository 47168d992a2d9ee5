using System.Globalization;
using System.Text;
using Vagus.Access.Policies;

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
    /// Adds the conditions under which a row <c>r</c> of <c>fhir_resource</c> of this type is the caller's to see. The type itself must have been
    /// checked with <see cref="Reach.MayRead"/>.
    /// </summary>
    /// <param name="reach">The caller's.</param>
    /// <param name="type">The resource type of the rows.</param>
    /// <param name="versions">True: the rows are of older versions too, <c>v</c>, each of which must be within reach by itself.</param>
    public SqlText WithinReach(Reach reach, string type, bool versions = false)
    {
        if (!reach.SeesSensitive) Add("  and r.sensitive = false");
        if (!reach.SeesSensitive && versions) Add("  and v.sensitive = false");
        if (reach.NeedsCompartment(type)) InCompartment(reach, versions);
        if (reach.MustTakePart) TakingPart(reach);
        return this;
    }

    public override string ToString() => text.ToString();

    private void InCompartment(Reach reach, bool versions)
    {
        if (reach.Patients is not { Count: > 0 } patients)
        {
            Add("  and false");
            return;
        }

        var names = string.Join(", ", patients.Select(patient => Value(patient.Value)));
        Add($"  and exists (select 1 from fhir_compartment c where c.tenant_id = r.tenant_id and c.rid = r.rid and c.patient_id in ({names}){(versions ? " and c.since <= v.version" : "")})");
    }

    private void TakingPart(Reach reach)
    {
        var owner = Definitions.R4.SearchParameter("Task", "owner");
        var requester = Definitions.R4.SearchParameter("Task", "requester");
        if (owner is null || requester is null || reach.TakesPartAs.Count == 0)
        {
            Add("  and false");
            return;
        }

        var named = reach.TakesPartAs.Select(reference => reference.Split('/')).Select(parts => $"(x.target_type = {Value(parts[0])} and x.target_id = {Value(parts[1])})");
        Add($"  and exists (select 1 from fhir_reference x where x.tenant_id = r.tenant_id and x.rid = r.rid and x.param in ({Value((long)owner.Id)}, {Value((long)requester.Id)}) and ({string.Join(" or ", named)}))");
    }
}
