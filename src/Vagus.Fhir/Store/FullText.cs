using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Store;

/// <summary>
/// Whether a tenant has switched on the index of words: the setting <c>full-text</c>, true or false. Writes ask a memory of some seconds;
/// <see cref="IndexTexts"/> begins later than any of them is wrong, and searches are answered from when it has come to its end.
/// </summary>
internal sealed class FullText(TenantSettings settings, TimeProvider clock)
{
    public const string Setting = "full-text";

    private readonly RememberedSetting<bool> remembered = new(
        settings, clock, Setting, setting => setting is { ValueKind: JsonValueKind.True });

    public static Refusal? Refuse(JsonElement setting) => setting.ValueKind is JsonValueKind.True or JsonValueKind.False
        ? null : new Refusal(RefusalKind.Invalid, "invalid_full_text", $"The setting {Setting} is true or false.");

    public ValueTask<bool> IsOn(TenantId tenant, CancellationToken cancel) => remembered.Of(tenant, cancel);

    /// <summary>
    /// Why the tenant's words are not searched; null where they are. The setting itself is asked too: from its change on, writes leave
    /// words out, so that the index has holes before it is emptied.
    /// </summary>
    public static async ValueTask<Refusal?> RefuseSearch(IRunQueries queries, TenantId tenant, CancellationToken cancel)
    {
        var state = await queries.QueryOne(Find, [Setting, tenant.Value], row => row.GetString(0), cancel);
        return state switch
        {
            "searched" => null,
            "filled" => new Refusal(RefusalKind.Unavailable, "transient", "The index of words is being made. Search by words later."),
            _ => new Refusal(
                RefusalKind.Invalid, "unsupported-search-parameter",
                $"This organization does not search by words. An administrator switches that on by the setting {Setting}."),
        };
    }

    private static readonly Statement Find = new("""
        select case
            when not t.wanted or coalesce(s.body, 'false') <> 'true' then 'off'
            when t.filled then 'searched'
            else 'filled'
          end
        from fhir_text_state t
        left join access_tenant_setting s on s.tenant_id = t.tenant_id and s.name = @setting
        where t.tenant_id = @tenant_id
        """);
}
