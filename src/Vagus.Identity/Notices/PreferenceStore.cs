using System.Data.Common;
using System.Text;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Notices;

/// <summary>The preferences of people; who has chosen nothing has those of the house.</summary>
internal sealed class PreferenceStore(RootKey root)
{
    internal const string Purpose = "phone";

    public async ValueTask<ChosenNotices> Of(IRunQueries queries, TenantId tenant, UserId user, CancellationToken cancel) =>
        await queries.QueryOne(Find, [tenant.Value, user.Value], row => Read(row, tenant, user), cancel)
            ?? new ChosenNotices(NoticePreferences.Default, Phone: null);

    /// <summary>
    /// What the person with an address has chosen; null where it has no account here, or has chosen nothing. Of two accounts with one
    /// address, a patient's and a member of staff's, the one that was changed last says it.
    /// </summary>
    public static async ValueTask<string?> LanguageOf(
        IRunQueries queries, TenantId tenant, string emailKey, CancellationToken cancel) =>
        await queries.QueryOne(FindByAddress, [tenant.Value, emailKey], row => NoticePreferences.Parse(row.GetString(0)).Language, cancel);

    public async ValueTask Save(WriteTransaction write, UserId user, ChosenNotices chosen, CancellationToken cancel)
    {
        var phone = chosen.Phone is { } number
            ? root.Wrap(Purpose, PlaceOf(write.Tenant, user), Encoding.UTF8.GetBytes(number)) : null;
        await write.Execute(
            Upsert, [write.Tenant.Value, user.Value, chosen.Preferences.ToJson(), phone, write.At.ToMicroseconds()], cancel);
    }

    private ChosenNotices Read(DbDataReader row, TenantId tenant, UserId user) => new(
        NoticePreferences.Parse(row.GetString(0)),
        row.IsDBNull(1) ? null : Encoding.UTF8.GetString(root.Unwrap(Purpose, PlaceOf(tenant, user), (byte[])row.GetValue(1))));

    private static string PlaceOf(TenantId tenant, UserId user) => $"{tenant.Value}/{user.Value}";

    private static readonly Statement Find = new("""
        select body, sealed_phone
        from access_preference
        where tenant_id = @tenant_id
          and user_id = @user_id
        """);

    private static readonly Statement FindByAddress = new("""
        select p.body
        from access_user u
        join access_preference p on p.tenant_id = u.tenant_id and p.user_id = u.user_id
        where u.tenant_id = @tenant_id
          and u.email_key = @email_key
        order by p.changed_at desc
        limit 1
        """);

    private static readonly Statement Upsert = new("""
        insert into access_preference (tenant_id, user_id, body, sealed_phone, changed_at)
        values (@tenant_id, @user_id, @body, @sealed_phone, @changed_at)
        on conflict (tenant_id, user_id) do update
        set body = excluded.body, sealed_phone = excluded.sealed_phone, changed_at = excluded.changed_at
        """);
}

/// <param name="Preferences">What was chosen.</param>
/// <param name="Phone">The number, as E.164 has it; null: none.</param>
internal sealed record ChosenNotices(NoticePreferences Preferences, string? Phone);
