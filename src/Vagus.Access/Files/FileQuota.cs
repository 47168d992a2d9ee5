using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Access.Files;

/// <summary>How much a tenant may keep: the setting <c>files</c> with <c>quotaBytes</c>, or the operator's own limit.</summary>
internal sealed class FileQuota(Database database, TenantSettings settings, FilesOptions options)
{
    public const string Setting = "files";
    private const string Field = "quotaBytes";

    public static Refusal? Refuse(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object && value.EnumerateObject().All(field => field.Name == Field && IsBytes(field.Value))
            ? null : new Refusal(RefusalKind.Unprocessable, "invalid_setting", "files has quotaBytes, a number of bytes.");

    /// <summary>A tenant narrows its space and never widens it beyond the operator's.</summary>
    public async ValueTask<long> Of(TenantId tenant, CancellationToken cancel)
    {
        var set = await settings.Read(tenant, Setting, cancel);
        return set is { } value && value.TryGetProperty(Field, out var bytes)
            ? Math.Min(bytes.GetInt64(), options.QuotaBytes) : options.QuotaBytes;
    }

    public async ValueTask<long> Left(TenantId tenant, CancellationToken cancel) =>
        await Of(tenant, cancel) - await database.QueryOne(Used, [tenant.Value], row => row.GetInt64(0), cancel);

    /// <summary>What the write's tenant uses with these bytes.</summary>
    public static async ValueTask<long> Add(WriteTransaction write, long bytes, CancellationToken cancel) =>
        await write.QueryOne(AddBytes, [write.Tenant.Value, bytes], row => row.GetInt64(0), cancel);

    private static bool IsBytes(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var bytes) && bytes >= 0;

    private static readonly Statement Used = new("""
        select bytes
        from access_file_use
        where tenant_id = @tenant_id
        """);

    private static readonly Statement AddBytes = new("""
        insert into access_file_use (tenant_id, bytes)
        values (@tenant_id, @bytes)
        on conflict (tenant_id) do update set bytes = access_file_use.bytes + excluded.bytes
        returning bytes
        """);
}
