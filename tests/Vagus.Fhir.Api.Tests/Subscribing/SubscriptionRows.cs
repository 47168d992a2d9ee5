using System.Globalization;
using System.Text;
using Vagus.Fhir.Subscribing;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>The rows of a desk's subscriptions, read and changed past the server: what only a fault or a race makes of them.</summary>
internal sealed class SubscriptionRows(Desk desk)
{
    private string Tenant => desk.Clinic.Tenant.Value;

    public async Task<SubscriptionRow> Of(string id) =>
        await desk.Clinic.Server.Get<Database>().QueryOne(SubscriptionTables.Find, [Tenant, id], SubscriptionRow.Of, CancellationToken.None)
        ?? throw new InvalidOperationException("There is no such subscription.");

    /// <summary>Copies without resources, due since the beginning of time, changed so far behind it in the log.</summary>
    public async Task Copy(string id, int count, long behind = 0)
    {
        var copies = count.ToString(CultureInfo.InvariantCulture);
        var written = await Execute(
            new Statement($"""
                insert into subscription_state (
                  tenant_id, subscription_id, position, since, owner, status, body, headers, ends_at, changed_at, deleted, events, delivered,
                  attempts, pushes, held, due_at, broad)
                with recursive n(i) as (select 1 union all select i + 1 from n where i < {copies})
                select tenant_id, subscription_id || '-' || n.i, position + @behind, since, owner, status, body, headers, ends_at, changed_at, deleted,
                  events, delivered, attempts, pushes, held, 1, broad
                from subscription_state, n
                where tenant_id = @tenant_id
                  and subscription_id = @subscription_id
                """),
            behind, Tenant, id);
        Assert.Equal(count, written);
    }

    /// <summary>Sets columns by their names: <c>due_at = @value</c>.</summary>
    public async Task Set(string id, string assignment, params object?[] values) =>
        Assert.Equal(1, await Execute(
            new Statement($"update subscription_state set {assignment} where tenant_id = @tenant_id and subscription_id = @subscription_id"),
            [.. values, Tenant, id]));

    /// <summary>Puts a piece behind the opening brace of the stored resource, as a server with other rules took it.</summary>
    public async Task SetStored(string id, string piece)
    {
        var database = desk.Clinic.Server.Get<Database>();
        var row = Assert.Single(await database.Query(
            Stored, [Tenant, id],
            row => (Rid: row.GetInt64(0), Version: row.GetInt64(1), Body: row.GetFieldValue<byte[]>(2)), CancellationToken.None));
        byte[] body = [(byte)'{', .. Encoding.UTF8.GetBytes(piece), .. row.Body[1..]];
        Assert.Equal(1, await Execute(SetBody, body, Tenant, row.Rid, row.Version));
    }

    /// <summary>How many of the copies are due.</summary>
    public async Task<long> DueCopies(string id) => await desk.Clinic.Server.Get<Database>().QueryOne(
        CountDue, [Tenant, $"{id}-%"], row => row.GetInt64(0), CancellationToken.None);

    /// <summary>The numbers of the events of all copies.</summary>
    public async Task<List<(string Copy, long Number)>> NumbersOfCopies(string id) => await desk.Clinic.Server.Get<Database>().Query(
        Numbers, [Tenant, $"{id}-%"], row => (row.GetString(0), row.GetInt64(1)), CancellationToken.None);

    private async Task<int> Execute(Statement statement, params object?[] values)
    {
        var written = await desk.Clinic.Server.Get<GroupCommit>().Write<int>(
            desk.Clinic.Tenant, async (write, cancel) => await write.Execute(statement, values, cancel), CancellationToken.None);
        return written.Value;
    }

    private static readonly Statement Numbers = new("""
        select subscription_id, number
        from subscription_event
        where tenant_id = @tenant_id
          and subscription_id like @copies
        order by subscription_id, number
        """);

    private static readonly Statement Stored = new("""
        select v.rid, v.version, v.body
        from fhir_resource r
        join fhir_version v on v.tenant_id = @tenant_id and v.rid = r.rid and v.version = r.version
        join fhir_name n on n.number = r.type_number and n.tenant_id = v.tenant_id and n.name = 'Subscription'
        where r.id = @id
        """);

    private static readonly Statement SetBody = new("""
        update fhir_version
        set body = @body
        where tenant_id = @tenant_id
          and rid = @rid
          and version = @version
        """);

    private static readonly Statement CountDue = new("""
        select count(*)
        from subscription_state
        where tenant_id = @tenant_id
          and subscription_id like @copies
          and due_at = 1
        """);
}
