using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Storage.Files;

namespace Vagus.Access.Files;

/// <summary>
/// <c>POST /api/files/{store}</c>: a file, sealed while it comes in. The blob is durable before its row is written; where the row is not
/// written the blob is taken away, at the latest by <see cref="SweepFiles"/>.
/// </summary>
internal sealed class StoreFile(
    IBlobStore blobs, ContentVault vault, ReadUpload reading, UploadShares shares, IdSource ids, RecordFile record,
    FilesOptions options)
{
    public static void Map(IEndpointRouteBuilder files) =>
        files.MapPost("/{store}", (string store, HttpContext http, StoreFile use) => use.Run(store, http))
            .RequireCaller()
            .Audits(AuditActions.StoreFile);

    public async Task<Results<Created<FileAnswer>, ProblemHttpResult>> Run(string name, HttpContext http)
    {
        if (FileStore.Named(name) is not { } store) return FileRefusals.NoStore.ToProblem();
        var admitted = await reading.Run(store, http);
        var stored = admitted.Refusal is { } refused
            ? refused : await shares.Within(http.Caller(), () => Store(store, admitted.Value, http));
        return stored.Refusal is { } refusal
            ? refusal.ToProblem() : TypedResults.Created($"/api/files/{stored.Value.Id}", stored.Value);
    }

    private async ValueTask<Result<FileAnswer>> Store(FileStore store, AdmittedUpload admitted, HttpContext http)
    {
        var (form, room, cancel) = (admitted.Form, admitted.Room, http.RequestAborted);
        await using var content = new UploadedContent(form.Body);
        if (await content.FindType(cancel) is not { } type || !store.Types.Contains(type))
            return content.Type == FileTypes.Heic ? FileRefusals.Heic : FileRefusals.WrongType;
        if (!FileTypes.Agrees(form.DeclaredType, type)) return FileRefusals.WrongType;
        var keep = await record.Look(type, content, form.ConfirmsPatient, cancel);
        if (keep.Refusal is { } notAsItSeems) return notAsItSeems;
        if (store.LeavesOutTraces) content.LeaveOutTraces(type, store.MostBytes, cancel);
        var file = NewFile(store, http.Caller(), admitted.Patient, type);
        if (await Seal(file, content, Math.Min(store.MostBytes, room), cancel) is { } unsealed)
            return unsealed == FileRefusals.TooLarge && room < store.MostBytes ? FileRefusals.QuotaExceeded : unsealed;
        return await Record(file with { Size = content.Bytes }, new FileFacts(form.FileName, content.Sha256()), keep.Value, http);
    }

    private StoredFile NewFile(FileStore store, Caller caller, PatientId? patient, string type) => new()
    {
        Tenant = caller.Tenant,
        Id = ids.NewId(),
        Store = store.Name,
        Patient = patient,
        Owner = caller.User,
        Size = 0,
        ContentType = type,
        Scan = options.Scanner is null ? FileScan.Clean : FileScan.Pending,
        Released = store.Released,
    };

    private async ValueTask<Refusal?> Seal(StoredFile file, UploadedContent content, long most, CancellationToken cancel)
    {
        Refusal? refusal = null;
        try
        {
            await blobs.Put(
                new BlobName(file.Tenant, file.Id),
                async (to, token) => refusal = (await vault.SealStream(
                    StoredFiles.ScopeOf(file.Tenant, file.Id), StoredFiles.ContentOf(file.Tenant, file.Id), content, to,
                    most, token)).Refusal,
                cancel);
            return refusal;
        }
        catch (InvalidDataException)
        {
            // The vault's word for more than was allowed; the form's for a part that is cut or out of shape, and the picture's own.
            if (content.Bytes > most || content.Taken > most) return FileRefusals.TooLarge;
            return content.LeavesOutTraces ? FileRefusals.BrokenPicture : FileRefusals.Malformed;
        }
    }

    private async ValueTask<Result<FileAnswer>> Record(StoredFile file, FileFacts facts, KeepWithFile? keep, HttpContext http)
    {
        // Where the answer is not known the row may be there: the sweep tells which, and the blob stays until then.
        var recorded = await record.Run(file, facts, keep, http);
        if (recorded.Refusal is { Code: not "outcome_unknown" })
            await blobs.Delete(new BlobName(file.Tenant, file.Id), CancellationToken.None);
        return recorded;
    }
}
