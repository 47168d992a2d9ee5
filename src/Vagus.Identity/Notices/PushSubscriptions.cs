using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Notices;

/// <summary>
/// Where browsers are reached (RFC 8030). An address of a push service is a key to its browser, so it is stored sealed. A browser belongs
/// to the person who subscribed last.
/// </summary>
internal sealed class PushSubscriptions(RootKey root, IdSource ids)
{
    public const int MostPerUser = 20;
    internal const string Purpose = "push-subscription";

    public async ValueTask<string> Add(WriteTransaction write, UserId user, PushAddress address, CancellationToken cancel)
    {
        var (id, hash) = (ids.NewId(), Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address.Endpoint))));
        await write.Queue(RemoveSame, [hash], cancel);
        await write.Queue(
            Insert,
            [
                id, write.Tenant.Value, user.Value, hash, root.Wrap(Purpose, id, JsonSerializer.SerializeToUtf8Bytes(address)),
                write.At.ToMicroseconds(),
            ],
            cancel);
        await write.Queue(RemoveOldest, [write.Tenant.Value, user.Value, (long)MostPerUser], cancel);
        return id;
    }

    public static async ValueTask<bool> Remove(WriteTransaction write, UserId user, string id, CancellationToken cancel) =>
        await write.Execute(RemoveOne, [write.Tenant.Value, user.Value, id], cancel) == 1;

    public static ValueTask<List<string>> Of(IRunQueries queries, TenantId tenant, UserId user, CancellationToken cancel) =>
        queries.Query(OfUser, [tenant.Value, user.Value], row => row.GetString(0), cancel);

    /// <summary>Null where it has ended, or belongs to somebody else.</summary>
    public ValueTask<PushAddress?> Find(IRunQueries queries, TenantId tenant, UserId user, string id, CancellationToken cancel) =>
        queries.QueryOne(
            ById, [tenant.Value, user.Value, id],
            row => JsonSerializer.Deserialize<PushAddress>(root.Unwrap(Purpose, id, (byte[])row.GetValue(0))), cancel);

    private static readonly Statement RemoveSame = new("""
        delete from access_push_subscription
        where endpoint_hash = @endpoint_hash
        """);

    private static readonly Statement Insert = new("""
        insert into access_push_subscription (subscription_id, tenant_id, user_id, endpoint_hash, sealed, created_at)
        values (@subscription_id, @tenant_id, @user_id, @endpoint_hash, @sealed, @created_at)
        """);

    private static readonly Statement RemoveOldest = new("""
        delete from access_push_subscription
        where tenant_id = @tenant_id
          and user_id = @user_id
          and subscription_id not in (
            select subscription_id
            from access_push_subscription
            where tenant_id = @tenant_id
              and user_id = @user_id
            order by created_at desc, subscription_id desc
            limit @most)
        """);

    private static readonly Statement RemoveOne = new("""
        delete from access_push_subscription
        where tenant_id = @tenant_id
          and user_id = @user_id
          and subscription_id = @subscription_id
        """);

    private static readonly Statement OfUser = new("""
        select subscription_id
        from access_push_subscription
        where tenant_id = @tenant_id
          and user_id = @user_id
        order by created_at, subscription_id
        """);

    private static readonly Statement ById = new("""
        select sealed
        from access_push_subscription
        where tenant_id = @tenant_id
          and user_id = @user_id
          and subscription_id = @subscription_id
        """);
}

/// <summary>As a browser gives it: the address of the push service, and the keys of its content (RFC 8291), base64url.</summary>
internal sealed record PushAddress(string Endpoint, string P256dh, string Auth);
