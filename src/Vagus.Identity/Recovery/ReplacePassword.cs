using Vagus.Access.Audit;
using Vagus.Access.Sessions;
using Vagus.Identity.People;
using Vagus.Identity.SecondFactors;
using Vagus.Identity.Sessions;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Recovery;

/// <summary>
/// A new password in the place of the old one, within a write. Links that were mailed, half-finished sign-ins and sessions are void with
/// the old one; who calls it announces the ends after the commit.
/// </summary>
internal static class ReplacePassword
{
    /// <param name="write">Of the user's tenant.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="password">The user and the hashed password.</param>
    /// <param name="stays">The session that asks; null: none does.</param>
    /// <param name="cancel">Ends the wait.</param>
    public static async ValueTask<List<SessionEnd>> Store(
        WriteTransaction write, AuditActor by, NewPassword password, SessionId? stays, CancellationToken cancel)
    {
        var user = password.Of;
        await write.Execute(StoreHash, [password.Hash, write.Tenant.Value, user.User.Value], cancel);
        await Challenges.VoidOf(write, user.User, cancel);
        var entry = AccountEntries.Of(by, AuditActions.ResetPassword, user.User, $"by={password.By}", user.Patient);
        AuditTrail.Add(write, entry with { User = user.User });
        return await EndSessions.OfUser(write, by, user.User, EndReason.PasswordReset, keepNewest: 0, except: stays, cancel);
    }

    private static readonly Statement StoreHash = new("""
        update access_user
        set password_hash = @password_hash, security_version = security_version + 1
        where tenant_id = @tenant_id
          and user_id = @user_id
        """);
}

/// <summary>A password that was checked and hashed; <paramref name="By"/>: what allowed the change, as the audit names it.</summary>
internal sealed record NewPassword(UserRow Of, string Hash, string By);
