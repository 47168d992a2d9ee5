using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Access.Tenants;

/// <summary>A new organization. Called by the operator's command line.</summary>
public sealed class AddTenant(GroupCommit commit)
{
    private const int MaxName = 200;

    public async ValueTask<Result<TenantId>> Add(string id, string name, CancellationToken cancel)
    {
        if (!ChosenId.IsValid(id)) return ChosenId.Refuse("tenant");
        if (string.IsNullOrWhiteSpace(name) || name.Length > MaxName || name.Any(char.IsControl)) return BadName;

        var tenant = new TenantId(id);
        return await commit.Write<TenantId>(
            tenant,
            async (write, token) => await write.Execute(Insert, [id, name, write.At.ToMicroseconds()], token) == 1 ? tenant : Taken,
            cancel);
    }

    private static readonly Refusal BadName = new(
        RefusalKind.Unprocessable, "invalid_name", $"A tenant has a name of at most {MaxName} characters.");

    private static readonly Refusal Taken = new(RefusalKind.Conflict, "tenant_exists", "There is a tenant with this id already.");

    private static readonly Statement Insert = new("""
        insert into access_tenant (tenant_id, name, created_at)
        values (@tenant_id, @name, @created_at)
        on conflict do nothing
        """);
}
