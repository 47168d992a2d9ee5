using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.People;

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
                terms.GrantedBy?.Value, write.Tenant.Value, user.Value, (long)MaxPerUser,
            ],
            cancel);

    /// <summary>Whether the patient is the user itself.</summary>
    public static async ValueTask<bool> IsOwn(WriteTransaction write, UserId user, PatientId patient, CancellationToken cancel) =>
        await write.QueryOne(CountOwn, [write.Tenant.Value, user.Value, patient.Value], row => row.GetInt64(0), cancel) > 0;

    public static ValueTask<int> Revoke(WriteTransaction write, UserId user, PatientId patient, CancellationToken cancel) =>
        write.Execute(Remove, [write.Tenant.Value, user.Value, patient.Value], cancel);

    private static readonly Statement Add = new("""
        insert into access_proxy (tenant_id, user_id, patient_id, granted_at, relationship, from_at, until_at, granted_by)
        select u.tenant_id, u.user_id, @patient_id, @granted_at, @relationship, @from_at, @until_at, @granted_by
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
          until_at = excluded.until_at, granted_by = excluded.granted_by
        """);

    private static readonly Statement CountOwn = new("""
        select count(*)
        from access_user
        where tenant_id = @tenant_id
          and user_id = @user_id
          and patient_id = @patient_id
        """);

    private static readonly Statement Remove = new("""
        delete from access_proxy
        where tenant_id = @tenant_id
          and user_id = @user_id
          and patient_id = @patient_id
        """);
}
