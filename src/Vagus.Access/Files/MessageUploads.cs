using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;

namespace Vagus.Access.Files;

/// <summary>The upload of attachments at the doors of the room that keeps messages, which declare who may enter.</summary>
public static class MessageUploads
{
    /// <summary><c>POST {group}/attachments</c>: a form with one <c>file</c>.</summary>
    public static void MapMessageUpload(this IEndpointRouteBuilder group) =>
        group.MapPost("/attachments", (HttpContext http, StoreFile use) => use.Run(FileStore.MessageAttachments.Name, http))
            .Audits(AuditActions.StoreFile);
}
