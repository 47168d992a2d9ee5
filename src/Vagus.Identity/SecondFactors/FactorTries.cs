using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.SecondFactors;

/// <summary>
/// Five tries of a code in fifteen minutes, per user and over all sessions and processes. A try is taken before the code is looked at, so
/// requests at the same moment cannot have more; a right code gives all back. Only somebody with the password can use them up, and
/// passkeys need none.
/// </summary>
internal static class FactorTries
{
    public const long Max = 5;
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    public static async ValueTask<bool> Take(WriteTransaction write, UserId user, CancellationToken cancel)
    {
        var windowBegan = (write.At - Window).ToMicroseconds();
        var at = write.At.ToMicroseconds();
        return await write.Execute(TakeOne, [write.Tenant.Value, user.Value, at, windowBegan, Max], cancel) == 1;
    }

    public static ValueTask GiveBack(WriteTransaction write, UserId user, CancellationToken cancel) =>
        write.Queue(Forget, [write.Tenant.Value, user.Value], cancel);

    private static readonly Statement TakeOne = new("""
        insert into access_factor_tries (tenant_id, user_id, since, tries)
        values (@tenant_id, @user_id, @at, 1)
        on conflict (tenant_id, user_id) do update set
          since = case when access_factor_tries.since <= @window_began then excluded.since else access_factor_tries.since end,
          tries = case when access_factor_tries.since <= @window_began then 1 else access_factor_tries.tries + 1 end
        where access_factor_tries.since <= @window_began
           or access_factor_tries.tries < @max
        """);

    private static readonly Statement Forget = new("""
        delete from access_factor_tries
        where tenant_id = @tenant_id
          and user_id = @user_id
        """);
}
