using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Kernel;

namespace Vagus.Access.Files;

/// <summary>
/// The content of a file as an answer: saved and never shown by a browser, in ranges too, and recorded before the first byte. Whether the
/// caller may have it is decided before, by the door of files or by the room whose message it belongs to.
/// </summary>
public sealed class GiveFile(StoredFiles files, AuditTrail audit)
{
    /// <summary>As the caller of the request.</summary>
    public ValueTask<Results<FileStreamHttpResult, ProblemHttpResult>> Answer(StoredFile file, HttpContext http) =>
        Answer(file, AuditActor.Of(http).Entry(AuditActions.ReadFile), http);

    internal async ValueTask<Results<FileStreamHttpResult, ProblemHttpResult>> Answer(StoredFile file, AuditEntry entry, HttpContext http)
    {
        if (Refuses(file) is { } held) return held.ToProblem();
        var content = await files.Open(file, http.RequestAborted);
        if (content.Refusal is { } gone) return gone.ToProblem();
        var facts = await files.Facts(file, http.RequestAborted);
        var unaudited = facts.Refusal ?? await audit.Append(
            file.Tenant, entry with { On = $"File/{file.Id}", Patients = file.Patient is { } patient ? [patient] : [] });
        if (unaudited is not null)
        {
            await content.Value.DisposeAsync();
            return unaudited.ToProblem();
        }

        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        headers.CacheControl = "no-store";
        return TypedResults.Stream(
            content.Value, file.ContentType, facts.Value.Name ?? file.Id, enableRangeProcessing: true);
    }

    internal static Refusal? Refuses(StoredFile file) => file.Scan switch
    {
        FileScan.Clean => null,
        FileScan.Pending => FileRefusals.NotScanned,
        _ => FileRefusals.Quarantined,
    };
}
