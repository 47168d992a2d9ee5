using System.Text.Json;
using Vagus.Fhir.Labels;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.Store;
using Vagus.Fhir.Store.Index;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Writing;

/// <summary>
/// A Provenance tells that somebody signed its targets, so it carries the labels of all of them beside its own: when it is written, and
/// again when a target gets a label or loses one. A Provenance of a labelled Provenance carries them too.
/// </summary>
internal static class ProvenanceLabels
{
    private static readonly long Target = R4Definitions.SearchParameter("Provenance", "target")?.Id ?? -1;

    /// <summary>What a Provenance is about, as far as it is kept here.</summary>
    public static IEnumerable<(string Type, string Id)> TargetsOf(PreparedResource provenance)
    {
        foreach (var target in provenance.Index.References)
        {
            if (target.Parameter == Target && target is { Type: { } type, Id: { } id }) yield return (type, id);
        }
    }

    /// <summary>The targets that the same transaction writes must be written before.</summary>
    public static async ValueTask<PreparedResource> Inherit(WriteTransaction write, PreparedResource resource, CancellationToken cancel)
    {
        if (resource.Type != "Provenance") return resource;
        var labels = resource.Labels;
        foreach (var (type, id) in TargetsOf(resource))
        {
            labels |= (Sensitivity)await write.QueryOne(LabelsOf, [write.Tenant.Value, type, id], row => row.GetInt64(0), cancel);
        }

        return labels == resource.Labels ? resource : resource with { Labels = labels };
    }

    /// <summary>
    /// Hides what was signed of a resource that has got labels: false where that was nothing. The write is a narrowing then: a replay asks
    /// how the Provenances stand. Two statements whatever their number, over index ranges that hold nothing but them.
    /// </summary>
    public static async ValueTask<bool> Hide(WriteTransaction write, PreparedResource labelled, CancellationToken cancel)
    {
        object?[] values = [write.Tenant.Value, Target, labelled.Type, labelled.Id, (long)labelled.Labels];
        if (await write.Execute(HideCurrent, values, cancel) == 0) return false;
        await write.Queue(HideVersions, values, cancel);
        return true;
    }

    /// <summary>
    /// Takes from the Provenances of a resource the labels that it has lost, unless they have those of their own or from another target. At
    /// most a thousand of them: the others stay hidden. A Provenance of such a Provenance stays hidden too.
    /// </summary>
    public static async ValueTask Show(WriteTransaction write, string type, string id, CancellationToken cancel)
    {
        var hidden = await write.Query(
            Hidden,
            [write.Tenant.Value, Target, type, id],
            row => (Rid: row.GetInt64(0), Body: (byte[])row.GetValue(1), Keys: row.IsDBNull(2) ? null : (byte[])row.GetValue(2)),
            cancel);
        foreach (var (rid, body, keys) in hidden)
        {
            using var provenance = JsonDocument.Parse(body);
            var labels = SecurityLabels.CategoriesOf(provenance.RootElement) | await OfTargets(write, keys, cancel);
            object?[] values = [labels != Sensitivity.None, (long)labels, write.Tenant.Value, rid];
            await write.Queue(ShowCurrent, values, cancel);
            await write.Queue(ShowVersions, values, cancel);
        }
    }

    private static async ValueTask<Sensitivity> OfTargets(WriteTransaction write, byte[]? keys, CancellationToken cancel)
    {
        var labels = Sensitivity.None;
        foreach (var (target, type) in ReferenceIndex.TargetsOf(ResourceKeys.Read(keys), Target))
        {
            labels |= (Sensitivity)await write.QueryOne(LabelsOfNumbered, [type, target], row => row.GetInt64(0), cancel);
        }

        return labels;
    }

    private static readonly Statement LabelsOf = new($"""
        select labels
        from fhir_resource
        where type_number = {Names.TypeSql("@tenant_id", "@type")}
          and id = @id
        """);

    private static readonly Statement LabelsOfNumbered = new("""
        select labels
        from fhir_resource
        where type_number = @type_number
          and id = @id
        """);

    private static readonly string Provenances = Names.TypeSql("@tenant_id", "'Provenance'");

    private static readonly string AboutTarget = $"""
        x.tenant_number = {Names.TenantSql("@tenant_id")}
            and x.param = @target
            and x.target_type = {Names.TypeSql("@tenant_id", "@type")}
            and x.target_id = @id
        """;

    private static readonly string About = $"""
        with recursive about (rid) as (
          select x.rid
          from fhir_reference x
          where {AboutTarget}
          union
          select x.rid
          from about a
          join fhir_resource r on r.type_number = {Provenances} and r.rid = a.rid
          join fhir_reference x on x.tenant_number = {Names.TenantSql("@tenant_id")} and x.param = @target
            and x.target_type = {Provenances} and x.target_id = r.id
        )
        """;

    private static readonly Statement HideCurrent = new($"""
        {About}
        update fhir_resource
        set sensitive = true, labels = labels | @labels
        where type_number = {Provenances}
          and rid in (select rid from about)
          and (labels & @labels) <> @labels
        """);

    private static readonly Statement HideVersions = new($"""
        {About}
        update fhir_version
        set sensitive = true, labels = labels | @labels
        where tenant_id = @tenant_id
          and rid in (select rid from about)
        """);

    private static readonly Statement Hidden = new($"""
        select r.rid, v.body, r.index_keys
        from fhir_reference x
        join fhir_resource r on r.type_number = {Provenances} and r.rid = x.rid
        join fhir_version v on v.tenant_id = @tenant_id and v.rid = r.rid and v.version = r.version
        where {AboutTarget}
          and r.sensitive = true
          and v.body is not null
        order by r.rid
        limit 1000
        """);

    private static readonly Statement ShowCurrent = new($"""
        update fhir_resource
        set sensitive = @sensitive, labels = @labels
        where type_number = {Provenances}
          and rid = @rid
        """);

    private static readonly Statement ShowVersions = new("""
        update fhir_version
        set sensitive = @sensitive, labels = @labels
        where tenant_id = @tenant_id
          and rid = @rid
        """);
}
