using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Policies;
using Vagus.Kernel;

namespace Vagus.Messaging.Canned;

/// <summary><c>/api/canned-responses</c>, for staff.</summary>
internal static class CannedDoor
{
    private static readonly Role[] Staff = [.. Enum.GetValues<Role>().Where(role => role.IsStaff())];

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/api/canned-responses").RequireCaller(Staff).RecordsRefusals();
        ReadCanned.Map(group);
        ChangeCanned.Map(group);
    }
}
