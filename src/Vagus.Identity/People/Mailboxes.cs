using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.People;

/// <summary>Accounts and addresses whose mails come to one box are one person's.</summary>
internal static class Mailboxes
{
    /// <summary>Whether the user reads the mails to the address.</summary>
    public static async ValueTask<bool> IsOf(WriteTransaction write, UserId user, string email, CancellationToken cancel) =>
        await EmailOf(write, user, cancel) is { } own && EmailAddress.MailboxOf(own) == EmailAddress.MailboxOf(email);

    /// <summary>Whether two users have one box.</summary>
    public static async ValueTask<bool> AreSame(WriteTransaction write, UserId one, UserId other, CancellationToken cancel) =>
        one != other && await EmailOf(write, other, cancel) is { } email && await IsOf(write, one, email, cancel);

    private static ValueTask<string?> EmailOf(WriteTransaction write, UserId user, CancellationToken cancel) =>
        write.QueryOne(FindEmail, [write.Tenant.Value, user.Value], row => (string?)row.GetString(0), cancel);

    private static readonly Statement FindEmail = new("""
        select email
        from access_user
        where tenant_id = @tenant_id
          and user_id = @user_id
        """);
}
