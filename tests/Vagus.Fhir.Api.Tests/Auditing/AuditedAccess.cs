using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Api.Tests.Auditing;

/// <summary>An entry of a tenant's audit log, as its row has it.</summary>
internal sealed record AuditedAccess(JsonElement Json)
{
    public string Action => Text("action")!;

    public string? On => Text("on");

    public string? Reason => Text("reason");

    public int Outcome => Json.GetProperty("outcome").GetInt32();

    public IReadOnlyList<string> Patients => Texts("patients");

    public IReadOnlyList<string> Shown => Texts("shown");

    /// <summary>What was done to what, and how it ended.</summary>
    public string Line => $"{Action} {On} {Outcome}{(Reason is null ? "" : $" {Reason}")}";

    public string? Text(string name) => Json.TryGetProperty(name, out var text) ? text.GetString() : null;

    public static Task<List<AuditedAccess>> Of(Clinic clinic) => Of(clinic.Server, clinic.Tenant);

    public static async Task<List<AuditedAccess>> Of(FhirServer server, TenantId tenant) => await server.Get<Database>().Query(
        All, [tenant.Value], row => new AuditedAccess(JsonElement.Parse((byte[])row.GetValue(0))), CancellationToken.None);

    /// <summary>The leaf hashes of the stored entries, by the layout that is published.</summary>
    public static async Task<List<byte[]>> Hashes(FhirServer server, TenantId tenant) => await server.Get<Database>().Query(
        AllRows, [tenant.Value],
        row => HashOf(tenant.Value, row.GetInt64(0), row.GetInt64(1), (byte[])row.GetValue(2)), CancellationToken.None);

    private static byte[] HashOf(string tenant, long index, long recordedAt, byte[] body)
    {
        var name = Encoding.UTF8.GetBytes(tenant);
        var numbers = new byte[22];
        BinaryPrimitives.WriteUInt16BigEndian(numbers, (ushort)name.Length);
        BinaryPrimitives.WriteInt64BigEndian(numbers.AsSpan(2), index);
        BinaryPrimitives.WriteInt64BigEndian(numbers.AsSpan(10), recordedAt);
        BinaryPrimitives.WriteInt32BigEndian(numbers.AsSpan(18), body.Length);
        return SHA256.HashData([0, 1, .. numbers[..2], .. name, .. numbers[2..], .. body]);
    }

    private List<string> Texts(string name) =>
        Json.TryGetProperty(name, out var texts) ? [.. texts.EnumerateArray().Select(text => text.GetString()!)] : [];

    private static readonly Statement AllRows = new("""
        select idx, recorded_at, body
        from audit_entry
        where tenant_id = @tenant_id
        order by idx
        """);

    private static readonly Statement All = new("""
        select body
        from audit_entry
        where tenant_id = @tenant_id
        order by idx
        """);
}
