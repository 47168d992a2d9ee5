using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vagus.Access.Audit;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Access.Tenants;

/// <summary>What a tenant has set for itself, by name, as JSON: critical limits, critical findings, escalation policies.</summary>
public sealed class TenantSettings(Database database, GroupCommit commit, IEnumerable<SettingRule> rules)
{
    public const int MaxBytes = 64 * 1024;

    /// <summary>The setting that holds the tenant's time zone, an IANA name as a JSON text.</summary>
    public const string TimeZone = "time-zone";

    /// <summary>Null when the tenant has set nothing by this name.</summary>
    public async ValueTask<JsonElement?> Read(TenantId tenant, string name, CancellationToken cancel) =>
        Parsed(await database.QueryOne(Find, [tenant.Value, name], row => row.GetString(0), cancel));

    /// <summary>The same inside a write, of the write's own tenant.</summary>
    public static async ValueTask<JsonElement?> Read(WriteTransaction write, string name, CancellationToken cancel) =>
        Parsed(await write.QueryOne(Find, [write.Tenant.Value, name], row => row.GetString(0), cancel));

    /// <summary>The tenants that have set something by this name.</summary>
    public async ValueTask<IReadOnlyList<TenantId>> TenantsWith(string name, CancellationToken cancel) =>
        await database.Query(Having, [name], row => new TenantId(row.GetString(0)), cancel);

    /// <summary>Those that have set it since, with when they did; at most so many, the earliest first.</summary>
    public async ValueTask<IReadOnlyList<(TenantId Tenant, DateTimeOffset ChangedAt)>> ChangedSince(
        string name, DateTimeOffset since, int atMost, CancellationToken cancel) => await database.Query(
        Changed, [name, since.ToMicroseconds(), (long)atMost],
        row => (new TenantId(row.GetString(0)), Instant.FromMicroseconds(row.GetInt64(1))), cancel);

    /// <summary>As the operator.</summary>
    public ValueTask<Result<string>> Set(TenantId tenant, string name, JsonElement value, CancellationToken cancel) =>
        Set(AuditActor.Operator, tenant, name, value, cancel);

    /// <summary>The audit names both values by their SHA-256: a setting may hold more than an entry does.</summary>
    /// <param name="by">Who changes it.</param>
    /// <param name="tenant">Whose setting it is.</param>
    /// <param name="name">Its name.</param>
    /// <param name="value">The new value.</param>
    /// <param name="cancel">Ends the waiting for the commit.</param>
    /// <param name="action">As what the audit has it.</param>
    public async ValueTask<Result<string>> Set(
        AuditActor by, TenantId tenant, string name, JsonElement value, CancellationToken cancel,
        string action = AuditActions.ChangeSetting)
    {
        if (!ChosenId.IsValid(name)) return ChosenId.Refuse("setting");
        var body = value.GetRawText();
        if (body.Length > MaxBytes) return TooLarge;
        if (rules.Where(rule => rule.Setting == name).Select(rule => rule.Refuse(value)).FirstOrDefault(refusal => refusal is not null)
            is { } invalid)
        {
            return invalid;
        }

        return await commit.Write<string>(
            tenant,
            async (write, token) =>
            {
                var before = await write.QueryOne(Find, [tenant.Value, name], row => row.GetString(0), token);
                if (await write.Execute(Upsert, [name, body, write.At.ToMicroseconds(), tenant.Value], token) == 0) return NoTenant;
                AuditTrail.Add(write, by.Entry(action) with
                {
                    On = $"Setting/{name}", Detail = $"before={HashOf(before)},after={HashOf(body)}",
                });
                return name;
            },
            cancel);
    }

    private static string HashOf(string? body) =>
        body is null ? "none" : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)));

    private static JsonElement? Parsed(string? body) => body is null ? null : JsonElement.Parse(body);

    private static readonly Refusal TooLarge = new(
        RefusalKind.TooLarge, "setting_too_large", $"A setting has at most {MaxBytes} characters.");

    private static readonly Refusal NoTenant = new(RefusalKind.NotFound, "tenant_not_found", "There is no such tenant.");

    private static readonly Statement Find = new("""
        select body
        from access_tenant_setting
        where tenant_id = @tenant_id
          and name = @name
        """);

    private static readonly Statement Having = new("""
        select tenant_id
        from access_tenant_setting
        where name = @name
        order by tenant_id
        """);

    private static readonly Statement Changed = new("""
        select tenant_id, changed_at
        from access_tenant_setting
        where name = @name
          and changed_at >= @since
        order by changed_at, tenant_id
        limit @limit
        """);

    private static readonly Statement Upsert = new("""
        insert into access_tenant_setting (tenant_id, name, body, changed_at)
        select tenant_id, @name, @body, @changed_at
        from access_tenant
        where tenant_id = @tenant_id
        on conflict (tenant_id, name) do update set body = excluded.body, changed_at = excluded.changed_at
        """);
}
