using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Vagus.Access.Audit;
using Vagus.Access.Policies;

namespace Vagus.Clinic.Requests;

/// <summary>What the audit has of a door, and what its description says that it answers.</summary>
internal static class DescribedDoors
{
    public static void Lists<T>(this RouteHandlerBuilder door) => door.Audits(AuditActions.Search).Produces<ListPage<T>>();

    /// <summary>The description of the door names the header <see cref="RequestKey.Header"/>.</summary>
    public static RouteHandlerBuilder TakesRequestKey(this RouteHandlerBuilder door) =>
        door.WithMetadata(new RequestHeader(RequestKey.Header, "1 to 128 visible ASCII characters. The same request again creates once."));

    public static void Reads<T>(this RouteHandlerBuilder door) =>
        door.Audits(AuditActions.Read).Produces<T>().ProducesProblem(StatusCodes.Status404NotFound);

    public static void Changes<T>(this RouteHandlerBuilder door) => door
        .Audits(AuditActions.Update).Produces<T>()
        .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
}
