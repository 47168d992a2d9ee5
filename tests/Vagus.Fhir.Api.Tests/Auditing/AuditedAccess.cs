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

    private List<string> Texts(string name) =>
        Json.TryGetProperty(name, out var texts) ? [.. texts.EnumerateArray().Select(text => text.GetString()!)] : [];

    private static readonly Statement All = new("""
        select body
        from audit_entry
        where tenant_id = @tenant_id
        order by idx
        """);
}
