using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.BreakingGlass;

/// <summary>Who is told of an emergency: the users whom the tenant named, or its administrators where none of those can sign in.</summary>
internal static class PrivacyOfficers
{
    public static async ValueTask<IReadOnlyList<string>> AddressesOf(
        WriteTransaction write, BreakGlassPolicy policy, CancellationToken cancel)
    {
        var named = new List<string>();
        foreach (var officer in policy.Officers)
        {
            var email = await write.QueryOne(FindOne, [write.Tenant.Value, officer], row => row.GetString(0), cancel);
            if (email is not null) named.Add(email);
        }

        if (named.Count > 0) return named;
        return await write.Query(
            FindAdmins, [write.Tenant.Value, (long)BreakGlassPolicy.MaxOfficers], row => row.GetString(0), cancel);
    }

    private static readonly Statement FindOne = new("""
        select email
        from access_user
        where tenant_id = @tenant_id
          and user_id = @user_id
          and not disabled
        """);

    private static readonly Statement FindAdmins = new("""
        select email
        from access_user
        where tenant_id = @tenant_id
          and role = 'admin'
          and not disabled
        order by created_at, user_id
        limit @limit
        """);
}
