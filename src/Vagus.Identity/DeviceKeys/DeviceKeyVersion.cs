using Vagus.Access.Sessions;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.DeviceKeys;

/// <summary>Which of a user's device keys holds. Raising it makes unreadable for good what waits on any of the user's devices.</summary>
internal static class DeviceKeyVersion
{
    /// <summary>
    /// The account or the device may have been in other hands, or the account is closed. An end by time or by the user itself leaves
    /// what waits.
    /// </summary>
    public static bool IsRaisedBy(EndReason reason) =>
        reason is EndReason.PasswordReset or EndReason.EndedByOperator or EndReason.UserDisabled;

    /// <summary>Null where the tenant has no such user.</summary>
    public static async ValueTask<long?> Of(Database database, TenantId tenant, UserId user, CancellationToken cancel) =>
        await database.QueryOne<long?>(Find, [tenant.Value, user.Value], row => row.GetInt64(0), cancel);

    public static async ValueTask Raise(WriteTransaction write, UserId user, CancellationToken cancel) =>
        await write.Execute(Increase, [write.Tenant.Value, user.Value], cancel);

    private static readonly Statement Find = new("""
        select device_key_version
        from access_user
        where tenant_id = @tenant_id
          and user_id = @user_id
        """);

    private static readonly Statement Increase = new("""
        update access_user
        set device_key_version = device_key_version + 1
        where tenant_id = @tenant_id
          and user_id = @user_id
        """);
}
