using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;
using Vagus.Storage;

namespace Vagus.Messaging.Exporting;

/// <summary>
/// <c>GET /threads/{id}/export?format=pdf|fhir</c> at the doors of staff and of patients: the messages of a thread up to the last one that
/// there is, without notes, and without what was retracted.
/// </summary>
internal sealed class ExportThread(
    Database database, ThreadSights sights, WriteConversation printing, WriteBundle bundling, AuditTrail audit)
{
    private const string Fhir = "application/fhir+json";

    public static void Map(IEndpointRouteBuilder door, bool forStaff) => door.MapGet(
        "/threads/{id}/export", (string id, string? format, HttpContext http, ExportThread use) => use.Run(id, format, forStaff, http))
        .Audits(AuditActions.ReadThread);

    private async Task<Results<FileContentHttpResult, PushStreamHttpResult, ProblemHttpResult>> Run(
        string id, string? format, bool forStaff, HttpContext http)
    {
        format ??= "pdf";
        if (format is not ("pdf" or "fhir")) return FieldRefusals.Wrong("format", "pdf or fhir").ToProblem();
        var (reach, cancel) = (http.Reach(), http.RequestAborted);
        var sight = await sights.Of(reach, cancel);
        if (await ThreadRow.Find(database, reach.Tenant, id, cancel) is not { } thread || !sight.Sees(thread)
            || (!forStaff && thread.Kind != ThreadKind.Patient))
            return MessagingRefusals.NoThread.ToProblem();
        var entry = ReadEntries.Of(MessageAuthor.Of(http), thread, [thread.Id]) with
        {
            Detail = $"export={format},messages={thread.LastSequence}",
        };
        if (await audit.Append(reach.Tenant, entry) is { } unrecorded) return unrecorded.ToProblem();
        http.Response.Headers.CacheControl = "no-store";
        var name = $"conversation-{thread.Id}";
        if (format == "fhir")
            return TypedResults.Stream(stream => bundling.Run(stream, thread, cancel), Fhir, $"{name}.json");
        var pdf = await printing.Run(reach, thread, withNames: forStaff, cancel);
        return pdf.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.File(pdf.Value, "application/pdf", $"{name}.pdf");
    }
}
