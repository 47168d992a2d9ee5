using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Threads;

/// <summary>
/// The ids of direct threads, which are worked out of their two sides: two who write to each other at the same moment begin the same
/// thread. The key of a thread that was erased stays closed, so its sides begin another one, whose id counts the erased ones.
/// </summary>
internal static class DirectIds
{
    /// <summary>A UUID version 8 (RFC 9562) of a hash; the order of the sides does not matter.</summary>
    public static string Of(TenantId tenant, string one, string other, long erased = 0)
    {
        string[] sides = [one, other];
        Array.Sort(sides, StringComparer.Ordinal);
        var counted = erased == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"\n{erased}");
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"direct\n{tenant.Value}\n{sides[0]}\n{sides[1]}{counted}"));
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true).ToString();
    }

    /// <summary>The threads that one side has now, or would begin, with each of the others, in their order.</summary>
    public static async ValueTask<IReadOnlyList<string>> Now(
        IRunQueries queries, TenantId tenant, string side, IReadOnlyList<string> others, CancellationToken cancel)
    {
        if (others.Count == 0) return [];
        var first = others.Select(other => Of(tenant, side, other)).ToList();
        var erased = (await queries.Query(
            Times, [tenant.Value, JsonSerializer.Serialize(first)], row => (Id: row.GetString(0), Times: row.GetInt64(1)), cancel))
            .ToDictionary(each => each.Id, each => each.Times, StringComparer.Ordinal);
        return [.. others.Zip(first, (other, id) => Of(tenant, side, other, erased.GetValueOrDefault(id)))];
    }

    /// <summary>The thread is gone for good: its sides begin another one from here on. Of no direct thread nothing is counted.</summary>
    public static async ValueTask Count(WriteTransaction write, ThreadRow thread, CancellationToken cancel)
    {
        if (thread.Kind != ThreadKind.Direct) return;
        var first = Of(thread.Tenant, thread.Members[0], thread.Pool ?? thread.Members[1]);
        await write.Execute(Erased, [thread.Tenant.Value, first], cancel);
    }

    private static readonly Statement Times = ListSql.With(list => $"""
        select first_id, times
        from messaging_direct_erased
        where tenant_id = @tenant_id
          and first_id in ({list("ids")})
        """);

    private static readonly Statement Erased = new("""
        insert into messaging_direct_erased (tenant_id, first_id, times)
        values (@tenant_id, @first_id, 1)
        on conflict (tenant_id, first_id) do update
        set times = messaging_direct_erased.times + 1
        """);
}
