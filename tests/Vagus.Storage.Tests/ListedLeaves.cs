using Microsoft.Extensions.DependencyInjection;
using Vagus.Kernel;
using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Storage.Tests;

/// <summary>A leaf log that lists what it is given, and can be told to take nothing of a tenant.</summary>
internal sealed class ListedLeaves : LeafLog
{
    public override string TablePrefix => "listed_";

    public TenantId? Refuses { get; set; }

    public static void Add(IServiceCollection services) =>
        services.AddSingleton<ListedLeaves>().AddSingleton<LeafLog>(provider => provider.GetRequiredService<ListedLeaves>())
            .AddMigrations([
                new Migration(60, "listed leaves", """
                    create table listed_leaf (
                      tenant_id text not null,
                      idx bigint not null,
                      at bigint not null,
                      body bytea not null,
                      primary key (tenant_id, idx)
                    )
                    """),
            ]);

    public override async ValueTask Append(GroupEnd end, TenantId tenant, IReadOnlyList<Leaf> leaves)
    {
        if (tenant == Refuses) throw new InvalidDataException("The log of this tenant takes nothing.");
        var next = (await end.Query(Size, [tenant.Value], row => row.GetInt64(0)))[0];
        foreach (var leaf in leaves) end.Insert(Rows, tenant.Value, next++, (leaf.At ?? end.At).ToMicroseconds(), leaf.Body);
    }

    public static async Task<List<byte[]>> Read(Database database, TenantId tenant) =>
        await database.Query(All, [tenant.Value], row => (byte[])row.GetValue(0), CancellationToken.None);

    private static readonly InsertInto Rows = new(
        "listed_leaf", ("tenant_id", ColumnType.Text), ("idx", ColumnType.BigInt), ("at", ColumnType.BigInt), ("body", ColumnType.Bytes));

    private static readonly Statement Size = new("select count(*) from listed_leaf where tenant_id = @tenant_id");

    private static readonly Statement All = new("select body from listed_leaf where tenant_id = @tenant_id order by idx");
}
