using System.Data.Common;
using Vagus.Identity.People;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Notices;

/// <summary>The mail address of an account, as far as notices may use it.</summary>
internal sealed record NoticePerson(string Email, bool IsVerified, DateTimeOffset? RefusedAt)
{
    /// <summary>Null where there is no such user, it is disabled, or no person.</summary>
    public static ValueTask<NoticePerson?> Find(IRunQueries queries, TenantId tenant, UserId user, CancellationToken cancel) =>
        queries.QueryOne(ById, [tenant.Value, user.Value], Read, cancel);

    /// <summary>A server has refused the address for good: notices go there no more until it is known to work again.</summary>
    public static ValueTask Refuse(WriteTransaction write, string email, CancellationToken cancel) =>
        write.Queue(Mark, [write.At.ToMicroseconds(), write.Tenant.Value, UserRow.KeyOf(email)], cancel);

    /// <summary>A server took a mail to it, or the person says that it works.</summary>
    public static ValueTask Accept(WriteTransaction write, string email, CancellationToken cancel) =>
        write.Queue(Unmark, [write.Tenant.Value, UserRow.KeyOf(email)], cancel);

    private static NoticePerson Read(DbDataReader row) => new(
        row.GetString(0), !row.IsDBNull(1), row.IsDBNull(2) ? null : Instant.FromMicroseconds(row.GetInt64(2)));

    private static readonly Statement ById = new("""
        select email, email_verified_at, mail_refused_at
        from access_user
        where tenant_id = @tenant_id
          and user_id = @user_id
          and not disabled
          and role <> 'service'
        """);

    private static readonly Statement Mark = new("""
        update access_user
        set mail_refused_at = @at
        where tenant_id = @tenant_id
          and email_key = @email_key
        """);

    private static readonly Statement Unmark = new("""
        update access_user
        set mail_refused_at = null
        where tenant_id = @tenant_id
          and email_key = @email_key
          and mail_refused_at is not null
        """);
}
