using Vagus.Kernel;

namespace Vagus.Realtime.Gateways.SocketIO;

/// <summary>
/// The rooms that the server puts a socket into. Inside they carry the tenant, so that equal users and roles of two tenants never meet: a
/// tenant's id has no slash, so the first one ends it, whatever a user is called. Clients never name a room.
/// </summary>
internal static class RoomNames
{
    public static string Tenant(TenantId tenant) => $"tenant:{tenant.Value}";

    public static string User(TenantId tenant, UserId user) => $"user:{tenant.Value}/{user.Value}";

    public static string RoleOf(TenantId tenant, Role role) => $"role:{tenant.Value}/{role.Name()}";

    /// <summary>All rooms of a caller. A patient has its own and no other.</summary>
    public static IEnumerable<string> Of(Caller caller)
    {
        yield return User(caller.Tenant, caller.User);
        if (caller.Role == Role.Patient) yield break;

        yield return RoleOf(caller.Tenant, caller.Role);
        if (caller.Role.IsStaff()) yield return Tenant(caller.Tenant);
    }
}
