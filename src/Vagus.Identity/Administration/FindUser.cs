using Vagus.Identity.People;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Administration;

/// <summary>The user whom an operator names by id or by e-mail.</summary>
public sealed class FindUser(Database database)
{
    public async ValueTask<Result<UserId>> Find(TenantId tenant, string idOrEmail, CancellationToken cancel)
    {
        var values = new object?[] { tenant.Value, idOrEmail, UserRow.KeyOf(idOrEmail) };
        var found = await database.Query(ByIdOrEmail, values, row => new UserId(row.GetString(0)), cancel);
        return found switch
        {
            [] => NoUser,
            [var user] => user,
            _ => Several,
        };
    }

    /// <summary>The user at the patients' door who has this address.</summary>
    public async ValueTask<Result<UserId>> FindPatient(TenantId tenant, string email, CancellationToken cancel) =>
        await database.QueryOne(PatientByEmail, [tenant.Value, UserRow.KeyOf(email)], row => row.GetString(0), cancel) is { } user
            ? new UserId(user) : NoUser;

    private static readonly Refusal NoUser = new(RefusalKind.NotFound, "user_not_found", "The tenant has no such user.");

    private static readonly Refusal Several = new(
        RefusalKind.Conflict, "several_users", "This e-mail is known at the staff's and at the patients' door: name the user by its id.");

    private static readonly Statement ByIdOrEmail = new("""
        select user_id
        from access_user
        where tenant_id = @tenant_id
          and (user_id = @user_id or email_key = @email_key)
        order by user_id
        """);

    private static readonly Statement PatientByEmail = new("""
        select user_id
        from access_user
        where tenant_id = @tenant_id
          and door = 'patient'
          and email_key = @email_key
        """);
}
