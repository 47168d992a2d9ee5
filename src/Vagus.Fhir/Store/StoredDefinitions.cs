using System.Text.Json;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store.Index;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Store;

/// <summary>
/// Definitions that a tenant has stored, by their canonicals, for what the server itself decides by them. They hold nothing of any
/// patient; one that carries a label is not used.
/// </summary>
internal sealed class StoredDefinitions(Database database)
{
    public const string Profile = "StructureDefinition";
    public const string ValueSet = "ValueSet";
    public const string CodeSystem = "CodeSystem";

    // Of one url, the newest by their creation.
    private const long MostVersions = 20;

    private static readonly Dictionary<string, long> Urls = new[] { Profile, ValueSet, CodeSystem }.ToDictionary(
        type => type,
        type => (long)(R4Definitions.SearchParameter(type, "url")?.Id ?? throw new InvalidOperationException($"{type} has no url.")),
        StringComparer.Ordinal);

    public static bool IsOne(string type) => Urls.ContainsKey(type);

    /// <summary>The newest of the canonical <c>url</c> or <c>url|version</c>; null where there is none.</summary>
    public async ValueTask<StoredDefinition?> Find(TenantId tenant, string type, string canonical, CancellationToken cancel)
    {
        var bar = canonical.IndexOf('|', StringComparison.Ordinal);
        var (url, version) = bar < 0 ? (canonical, null) : (canonical[..bar], canonical[(bar + 1)..]);
        var found = await database.Query(
            ByUrl, [tenant.Value, type, Urls[type], IndexKey.Of(url), MostVersions],
            row => new StoredDefinition(type, url, row.GetInt64(0), row.GetInt64(1), (byte[])row.GetValue(2)), cancel);
        return found.Find(each => version is null || PropertyText.Of(each.Resource, "version"u8) == version);
    }

    private static readonly Statement ByUrl = new($"""
        select r.rid, r.version, v.body
        from fhir_uri x
        join fhir_resource r on r.type_number = {Names.TypeSql("@tenant_id", "@type")} and r.rid = x.rid
        join fhir_version v on v.tenant_id = @tenant_id and v.rid = r.rid and v.version = r.version
        where x.tenant_number = {Names.TenantSql("@tenant_id")}
          and x.param = @param
          and x.uri = @uri
          and r.deleted = false
          and r.labels = 0
        order by r.rid desc
        limit @limit
        """);
}

/// <summary>One version of a definition.</summary>
internal sealed record StoredDefinition(string Type, string Url, long Rid, long Version, byte[] Body)
{
    private JsonElement? resource;

    public JsonElement Resource => resource ??= StoredBody.Read(Body);
}
