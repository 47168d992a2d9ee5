using Vagus.Fhir.Store.Index;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Store;

/// <summary>What has a number instead of its name in the rows of the store. The values are in databases.</summary>
internal enum NameKind
{
    /// <summary>The tenant itself; its name is empty.</summary>
    Tenant = 0,

    /// <summary>A resource type of the tenant: the number stands for both.</summary>
    Type = 1,

    /// <summary>The system of a code or an identifier.</summary>
    System = 2,
}

/// <summary>
/// The numbers of tenants, of their resource types and of code systems (<c>fhir_name</c>). A number is given by the write that first needs
/// it and never changes. Names belong to a tenant, whose head a write holds: two processes do not give the same name a number at once.
/// </summary>
internal static class Names
{
    public static ValueTask<long> NumberOfTenant(WriteTransaction write, CancellationToken cancel) =>
        NumberOf(write, NameKind.Tenant, "", cancel);

    public static async ValueTask<long> NumberOf(WriteTransaction write, NameKind kind, string name, CancellationToken cancel)
    {
        // Remembered as far as a row of the memory may hold it: a system may be as long as a resource.
        var row = new RememberedRow(Table, write.Tenant.Value, (long)kind, IndexKey.OfPart(name));
        if (write.Remembered(row) is { } known) return known;
        object?[] values = [write.Tenant.Value, (long)kind, IndexKey.Of(name)];
        var number = await write.QueryOne(Find, values, found => found.GetInt64(0), cancel);
        if (number == 0) number = await write.QueryOne(Add, values, added => added.GetInt64(0), cancel);
        if (number == 0) number = await write.QueryOne(Find, values, found => found.GetInt64(0), cancel);
        if (number == 0) throw new InvalidOperationException("The database gave no number to a name.");
        write.Remember(row, number);
        return number;
    }

    /// <summary>An expression for the number, null where the name has none yet: no row has it then.</summary>
    /// <param name="text">The statement.</param>
    /// <param name="tenant">The parameter that stands for the tenant.</param>
    /// <param name="kind">What is named.</param>
    /// <param name="name">Its name.</param>
    public static string Sql(SqlText text, string tenant, NameKind kind, string name) =>
        $"(select n.number from {Table} n where n.tenant_id = {tenant} and n.kind = {(long)kind} and n.name = {text.Value(IndexKey.Of(name))})";

    public static string TenantSql(string tenant) =>
        $"(select n.number from {Table} n where n.tenant_id = {tenant} and n.kind = {(long)NameKind.Tenant} and n.name = '')";

    /// <summary>For constant statements: the number of a type that a parameter or a literal names.</summary>
    public static string TypeSql(string tenant, string type) =>
        $"(select n.number from {Table} n where n.tenant_id = {tenant} and n.kind = {(long)NameKind.Type} and n.name = {type})";

    private const string Table = "fhir_name";

    private static readonly Statement Find = new($"""
        select number
        from {Table}
        where tenant_id = @tenant_id
          and kind = @kind
          and name = @name
        """);

    private static readonly Statement Add = new($"""
        insert into {Table} (tenant_id, kind, name)
        values (@tenant_id, @kind, @name)
        on conflict (tenant_id, kind, name) do nothing
        returning number
        """);
}
