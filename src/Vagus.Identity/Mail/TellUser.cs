using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Mail;

/// <summary>Mails to a user of the write's tenant about changes of the account, at the address of the account.</summary>
internal sealed class TellUser(QueueMail mails)
{
    public async ValueTask Tell(WriteTransaction write, UserId user, MailKind kind, CancellationToken cancel)
    {
        if (await write.QueryOne(Address, [write.Tenant.Value, user.Value], row => row.GetString(0), cancel) is { } address)
            mails.Add(write, kind, address);
    }

    // An address that was not verified may be a stranger's. A service account's is made up.
    private static readonly Statement Address = new("""
        select email
        from access_user
        where tenant_id = @tenant_id
          and user_id = @user_id
          and not disabled
          and role <> 'service'
          and email_verified_at is not null
        """);
}
