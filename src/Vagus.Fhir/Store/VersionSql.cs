using Vagus.Access.Authorization;

namespace Vagus.Fhir.Store;

/// <summary>Joins the versions <c>v</c> of a resource to its row <c>r</c>.</summary>
internal static class VersionSql
{
    public static EngineText Current(SqlText text, Reach reach) => One(text, reach, "r.version");

    public static EngineText All(SqlText text, Reach reach)
    {
        var join = $"join fhir_version v on v.tenant_id = {text.Tenant(reach.Tenant)} and v.rid = r.rid";
        return new EngineText(join, join);
    }

    // PostgreSQL looks the one version up after its resource, whatever it believes about the size of either table: a query with an offset
    // stays where it stands.
    public static EngineText One(SqlText text, Reach reach, string version)
    {
        var tenant = text.Tenant(reach.Tenant);
        return new EngineText(
            $"join fhir_version v on v.tenant_id = {tenant} and v.rid = r.rid and v.version = {version}",
            $"""
            join lateral (
              select w.version, w.updated_at, w.position, w.body, w.interaction, w.sensitive, w.labels, w.released
              from fhir_version w
              where w.tenant_id = {tenant} and w.rid = r.rid and w.version = {version}
              offset 0) v on true
            """);
    }
}
