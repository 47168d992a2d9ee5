using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.People;

/// <summary>
/// Asks, inside the write that gives something for a password, whether it is still the user's. Between the comparison and the write the
/// password may have been changed, or the user disabled.
/// </summary>
internal static class SamePassword
{
    /// <summary>
    /// True while it is. The user's row is then held until the commit: a change in another process comes before this write, and is seen
    /// here, or after it, and ends what it gave.
    /// </summary>
    public static async ValueTask<bool> Hold(WriteTransaction write, UserId user, long securityVersion, CancellationToken cancel) =>
        await write.Execute(HoldRow, [write.Tenant.Value, user.Value, securityVersion], cancel) == 1;

    /// <summary>Replaces a hash that was made with fewer rounds than today's, of a password that is held.</summary>
    public static ValueTask Rehash(WriteTransaction write, UserId user, string newHash, CancellationToken cancel) =>
        write.Queue(StoreHash, [newHash, write.Tenant.Value, user.Value], cancel);

    private static readonly Statement HoldRow = new("""
        update access_user
        set security_version = security_version
        where tenant_id = @tenant_id
          and user_id = @user_id
          and security_version = @security_version
          and not disabled
        """);

    private static readonly Statement StoreHash = new("""
        update access_user
        set password_hash = @password_hash
        where tenant_id = @tenant_id
          and user_id = @user_id
        """);
}
