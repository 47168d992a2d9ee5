using Microsoft.AspNetCore.Http;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Kernel;

namespace Vagus.Access.Files;

/// <summary>
/// What precedes the file of an upload, in its limits of bytes and time, and whether the caller may store what follows. Nothing of the file
/// is read, and no place among the uploads is taken.
/// </summary>
internal sealed class ReadUpload(IFindPatients patients, FileQuota quota, FilesOptions options, TimeProvider clock)
{
    public async ValueTask<Result<AdmittedUpload>> Run(FileStore store, HttpContext http)
    {
        var form = await ReadForm(http);
        if (form.Refusal is { } malformed) return malformed;
        var patient = form.Value.Patient();
        if (patient.Refusal is { } noId) return noId;
        if (await Refuse(store, http, patient.Value) is { } refusal) return refusal;
        var room = await quota.Left(http.Caller().Tenant, http.RequestAborted);
        if (room <= 0 || http.Request.ContentLength - room > store.MostBytes) return FileRefusals.QuotaExceeded;
        return new AdmittedUpload(form.Value, patient.Value, room);
    }

    private async ValueTask<Result<UploadForm>> ReadForm(HttpContext http)
    {
        using var limit = new CancellationTokenSource(options.FileBeginsWithin, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, limit.Token);
        try
        {
            return await UploadForm.Read(http.Request, both.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !http.RequestAborted.IsCancellationRequested)
        {
            return FileRefusals.TooSlow;
        }
        catch (InvalidDataException)
        {
            // The reader's word for a form that is cut or out of shape, and for one with too much before its file.
            return FileRefusals.Malformed;
        }
    }

    private async ValueTask<Refusal?> Refuse(FileStore store, HttpContext http, PatientId? patient)
    {
        if (patient is { } named && await patients.Find(http.Reach(), named, http.RequestAborted) is null) return FileRefusals.NoPatient;
        if (store.OfPatient && patient is null) return FileRefusals.PatientMissing;
        return store.MayStore(http.Reach(), patient) ? null : FileRefusals.Forbidden;
    }
}

/// <summary>A file that its sender may store, of which nothing is read yet, and how many bytes the tenant has left.</summary>
internal sealed record AdmittedUpload(UploadForm Form, PatientId? Patient, long Room);
