using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Access.Sessions;
using Vagus.Kernel;

namespace Vagus.Access.Files;

/// <summary>
/// <c>GET /api/files/{id}</c>: the content, saved and never shown by a browser, also in ranges. <c>GET /api/files/{id}/url</c>: an address
/// that opens this file for a short time without a token, and <c>GET /api/files/{id}/content</c>, which it leads to: while the session
/// lives that it was made in, and its user may still read the file.
/// </summary>
internal sealed class ReadFile(
    StoredFiles files, FileAddresses addresses, IFindPatients patients, GiveFile give, AuditTrail audit, Authentication sessions)
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/{id}", (string id, HttpContext http, ReadFile use) => use.Download(id, http))
            .RequireCaller()
            .Audits(AuditActions.ReadFile);
        endpoints.MapGet("/{id}/url", (string id, HttpContext http, ReadFile use) => use.Sign(id, http))
            .RequireCaller()
            .Audits(AuditActions.SignFile);
        endpoints.MapGet("/{id}/content", (string id, HttpContext http, ReadFile use) => use.Follow(id, http))
            .AllowAnyone("the signature of the address says who may, until when")
            .Audits(AuditActions.ReadFile);
    }

    private async Task<Results<FileStreamHttpResult, ProblemHttpResult>> Download(string id, HttpContext http)
    {
        var found = await Find(id, http);
        return found.Refusal is { } refusal
            ? refusal.ToProblem() : await give.Answer(found.Value, AuditActor.Of(http).Entry(AuditActions.ReadFile), http);
    }

    private async Task<Results<Ok<SignedFileAddress>, ProblemHttpResult>> Sign(string id, HttpContext http)
    {
        var found = await Find(id, http);
        if (found.Refusal is { } refusal) return refusal.ToProblem();
        if (GiveFile.Refuses(found.Value) is { } held) return held.ToProblem();
        var entry = AuditActor.Of(http).Entry(AuditActions.SignFile) with { On = $"File/{id}", Patients = PatientsOf(found.Value) };
        if (await audit.Append(found.Value.Tenant, entry) is { } unaudited) return unaudited.ToProblem();
        return TypedResults.Ok(await addresses.Sign(found.Value, http.Caller(), http.RequestAborted));
    }

    private async Task<Results<FileStreamHttpResult, ProblemHttpResult>> Follow(string id, HttpContext http)
    {
        var followed = await addresses.Read(id, http.Request.Query, http.RequestAborted);
        if (followed is not { } address) return FileRefusals.NoFile.ToProblem();
        http.Concerns(new AuditSubject(address.File.Tenant) { User = address.User, Patient = address.File.Patient });
        if (address.HasExpired) return FileRefusals.Expired.ToProblem();
        // What was true when the address was made is asked again: the session may have ended, a label been added, a message have the file.
        var admission = await sessions.Readmit(address.File.Tenant, address.Session, DateTimeOffset.MaxValue, http.RequestAborted);
        if (admission.IsRefused || admission.Value.Caller.User != address.User) return FileRefusals.NoFile.ToProblem();
        if (!await IsVisible(admission.Value.Reach, address.File, http.RequestAborted)) return FileRefusals.NoFile.ToProblem();
        var entry = AuditEntry.Of(AuditActions.ReadFile, AuditOrigin.Of(http)) with
        {
            User = address.User, Session = address.Session, Detail = "by=address",
        };
        return await give.Answer(address.File, entry, http);
    }

    private async ValueTask<Result<StoredFile>> Find(string id, HttpContext http)
    {
        var (reach, cancel) = (http.Reach(), http.RequestAborted);
        if (!Guid.TryParse(id, out _) || await files.Find(reach.Tenant, id, cancel) is not { } file) return FileRefusals.NoFile;
        http.Concerns(new AuditSubject(reach.Tenant) { Patient = file.Patient });
        return await IsVisible(reach, file, cancel) ? file : FileRefusals.NoFile;
    }

    private async ValueTask<bool> IsVisible(Reach reach, StoredFile file, CancellationToken cancel) =>
        FileStore.Named(file.Store) is { } store && store.MayRead(reach, file) && await SeesPatient(store, reach, file, cancel);

    // The labels of the Patient itself hide the whole record from who may not see them.
    private async ValueTask<bool> SeesPatient(FileStore store, Reach reach, StoredFile file, CancellationToken cancel) =>
        file.Patient is not { } patient || store.IsOpened(reach, file) || await patients.Find(reach, patient, cancel) is not null;

    private static PatientId[] PatientsOf(StoredFile file) => file.Patient is { } patient ? [patient] : [];
}
