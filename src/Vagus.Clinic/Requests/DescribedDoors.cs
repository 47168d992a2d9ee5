using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Vagus.Access.Audit;
using Vagus.Access.Policies;

namespace Vagus.Clinic.Requests;

/// <summary>What the audit has of a door, and what its description says that it answers.</summary>
internal static class DescribedDoors
{
    public static void Lists<T>(this RouteHandlerBuilder door) => door.Audits(AuditActions.Search).Produces<ListPage<T>>();

    public static void Reads<T>(this RouteHandlerBuilder door) =>
        door.Audits(AuditActions.Read).Produces<T>().ProducesProblem(StatusCodes.Status404NotFound);

    public static void Changes<T>(this RouteHandlerBuilder door) => door
        .Audits(AuditActions.Update).Produces<T>()
        .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
}
