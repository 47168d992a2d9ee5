using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.People;

/// <summary>For whom a patient's user may act besides itself.</summary>
internal static class Proxies
{
    public const int MaxPerUser = 50;

    public static async ValueTask<UserRow> WithDependants(Database database, UserRow user, CancellationToken cancel)
    {
        if (user.Role != Role.Patient) return user;
        var values = new object?[] { user.Tenant.Value, user.User.Value, (long)MaxPerUser };
        return user with { Dependants = await database.Query(OfUser, values, row => new PatientId(row.GetString(0)), cancel) };
    }

    /// <summary>The number of rows: none when there is no such user at the patient door, or it acts for too many already.</summary>
    public static ValueTask<int> Grant(WriteTransaction write, UserId user, PatientId patient, CancellationToken cancel) =>
        write.Execute(Add, [patient.Value, write.At.ToMicroseconds(), write.Tenant.Value, user.Value, (long)MaxPerUser], cancel);

    /// <summary>Whether the patient is the user itself.</summary>
    public static async ValueTask<bool> IsOwn(WriteTransaction write, UserId user, PatientId patient, CancellationToken cancel) =>
        await write.QueryOne(CountOwn, [write.Tenant.Value, user.Value, patient.Value], row => row.GetInt64(0), cancel) > 0;

    public static ValueTask<int> Revoke(WriteTransaction write, UserId user, PatientId patient, CancellationToken cancel) =>
        write.Execute(Remove, [write.Tenant.Value, user.Value, patient.Value], cancel);

    private static readonly Statement OfUser = new("""
        select patient_id
        from access_proxy
        where tenant_id = @tenant_id
          and user_id = @user_id
        order by patient_id
        limit @limit
        """);

    private static readonly Statement Add = new("""
        insert into access_proxy (tenant_id, user_id, patient_id, granted_at)
        select u.tenant_id, u.user_id, @patient_id, @granted_at
        from access_user u
        where u.tenant_id = @tenant_id
          and u.user_id = @user_id
          and u.role = 'patient'
          and (select count(*) from access_proxy p where p.tenant_id = u.tenant_id and p.user_id = u.user_id) < @limit
        on conflict (tenant_id, user_id, patient_id) do update set granted_at = excluded.granted_at
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
