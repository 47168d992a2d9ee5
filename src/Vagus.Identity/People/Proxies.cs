using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.People;

/// <summary>Who granted it, and whether it opens anything yet.</summary>
internal sealed record GrantedProxy(UserId? By, bool Confirmed);

/// <summary>For whom a patient's user may act besides itself.</summary>
internal static class Proxies
{
    public const int MaxPerUser = 50;

    /// <summary>The number of rows: none when there is no such user at the patient door, or it acts for too many already.</summary>
    public static ValueTask<int> Grant(
        WriteTransaction write, UserId user, PatientId patient, ProxyTerms terms, CancellationToken cancel) =>
        write.Execute(
            Add,
            [
                patient.Value, write.At.ToMicroseconds(), terms.Relationship, terms.From?.ToMicroseconds(), terms.Until?.ToMicroseconds(),
                terms.GrantedBy?.Value, terms.AwaitsConfirmation ? null : write.At.ToMicroseconds(), write.Tenant.Value,
                user.Value, (long)MaxPerUser,
            ],
            cancel);

    /// <summary>Whether the patient is the user itself.</summary>
    public static async ValueTask<bool> IsOwn(WriteTransaction write, UserId user, PatientId patient, CancellationToken cancel) =>
        await write.QueryOne(CountOwn, [write.Tenant.Value, user.Value, patient.Value], row => row.GetInt64(0), cancel) > 0;

    /// <summary>The grant that a second person looks at; null where there is none.</summary>
    public static ValueTask<GrantedProxy?> Find(WriteTransaction write, UserId user, PatientId patient, CancellationToken cancel) =>
        write.QueryOne(
            One, [write.Tenant.Value, user.Value, patient.Value],
            row => new GrantedProxy(row.IsDBNull(0) ? null : new UserId(row.GetString(0)), Confirmed: !row.IsDBNull(1)), cancel);

    public static ValueTask<int> Confirm(
        WriteTransaction write, UserId user, PatientId patient, UserId by, CancellationToken cancel) =>
        write.Execute(
            SetConfirmed, [write.At.ToMicroseconds(), by.Value, write.Tenant.Value, user.Value, patient.Value], cancel);

    public static ValueTask<int> Revoke(WriteTransaction write, UserId user, PatientId patient, CancellationToken cancel) =>
        write.Execute(Remove, [write.Tenant.Value, user.Value, patient.Value], cancel);

    private static readonly Statement Add = new("""
        insert into access_proxy
          (tenant_id, user_id, patient_id, granted_at, relationship, from_at, until_at, granted_by, confirmed_at)
        select u.tenant_id, u.user_id, @patient_id, @granted_at, @relationship, @from_at, @until_at, @granted_by, @confirmed_at
        from access_user u
        where u.tenant_id = @tenant_id
          and u.user_id = @user_id
          and u.role = 'patient'
          and (
            select count(*)
            from access_proxy p
            where p.tenant_id = u.tenant_id
              and p.user_id = u.user_id
              and p.patient_id <> @patient_id
              and (p.until_at is null or p.until_at > @granted_at)
          ) < @limit
        on conflict (tenant_id, user_id, patient_id) do update
        set granted_at = excluded.granted_at, relationship = excluded.relationship, from_at = excluded.from_at,
          until_at = excluded.until_at, granted_by = excluded.granted_by, confirmed_at = excluded.confirmed_at,
          confirmed_by = null
        """);

    private static readonly Statement CountOwn = new("""
        select count(*)
        from access_user
        where tenant_id = @tenant_id
          and user_id = @user_id
          and patient_id = @patient_id
        """);

    private static readonly Statement One = new("""
        select granted_by, confirmed_at
        from access_proxy
        where tenant_id = @tenant_id
          and user_id = @user_id
          and patient_id = @patient_id
        """);

    private static readonly Statement SetConfirmed = new("""
        update access_proxy
        set confirmed_at = @confirmed_at, confirmed_by = @confirmed_by
        where tenant_id = @tenant_id
          and user_id = @user_id
          and patient_id = @patient_id
          and confirmed_at is null
        """);

    private static readonly Statement Remove = new("""
        delete from access_proxy
        where tenant_id = @tenant_id
          and user_id = @user_id
          and patient_id = @patient_id
        """);
}
