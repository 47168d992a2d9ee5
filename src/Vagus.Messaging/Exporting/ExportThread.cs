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
    Database database, ThreadSights sights, ExportTurns turns, WriteConversation printing, WriteBundle bundling, AuditTrail audit)
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
        if (format == "fhir") return await Record(thread, format, http) is { } unrecorded ? unrecorded.ToProblem() : Bundle(thread, http);
        var pdf = await turns.Within(reach.Caller, over => Print(thread, forStaff, http, over), cancel);
        return pdf.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.File(pdf.Value, "application/pdf", $"{NameOf(thread)}.pdf");
    }

    private PushStreamHttpResult Bundle(ThreadRow thread, HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Stream(stream => bundling.Run(stream, thread, http.RequestAborted), Fhir, $"{NameOf(thread)}.json");
    }

    private async ValueTask<Result<byte[]>> Print(ThreadRow thread, bool withNames, HttpContext http, CancellationToken over)
    {
        if (await Record(thread, "pdf", http) is { } unrecorded) return unrecorded;
        http.Response.Headers.CacheControl = "no-store";
        return await printing.Run(http.Reach(), thread, withNames, over);
    }

    private Task<Refusal?> Record(ThreadRow thread, string format, HttpContext http)
    {
        var entry = ReadEntries.Of(MessageAuthor.Of(http), thread, [thread.Id]) with
        {
            Detail = $"export={format},messages={thread.LastSequence}",
        };
        return audit.Append(thread.Tenant, entry);
    }

    private static string NameOf(ThreadRow thread) => $"conversation-{thread.Id}";
}
