using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Policies;

namespace Vagus.Identity.Sessions;

/// <summary>
/// For a client whose user reads or types and asks the server nothing: the call is the action, noted when the caller was admitted.
/// </summary>
internal static class NoteActivity
{
    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapPost("/activity", Answer)
        .Require(Policy.AnyCaller)
        .AuditsNothing("a user says to be there; nothing is read or changed");

    private static NoContent Answer(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.NoContent();
    }
}
