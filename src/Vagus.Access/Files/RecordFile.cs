using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Access.Files;

/// <summary>Writes the row of a file whose content is durable, with its space, its audit and what another room keeps with it.</summary>
internal sealed class RecordFile(GroupCommit commit, ContentVault vault, FileQuota quota, IEnumerable<IKnowContent> knowing)
{
    private readonly Dictionary<string, IKnowContent> knowing = knowing.ToDictionary(each => each.ContentType, StringComparer.Ordinal);

    /// <summary>The rows that another room writes with the file; null where none knows the type.</summary>
    public async ValueTask<Result<KeepWithFile?>> Look(
        string type, UploadedContent content, bool isConfirmed, CancellationToken cancel)
    {
        if (!knowing.TryGetValue(type, out var knows)) return (KeepWithFile?)null;
        var keep = knows.Look(await content.Beginning(knows.LooksAt, cancel), isConfirmed);
        return keep.Refusal is { } refusal ? refusal : (KeepWithFile?)keep.Value;
    }

    public async ValueTask<Result<FileAnswer>> Run(StoredFile file, FileFacts facts, KeepWithFile? keep, HttpContext http)
    {
        var cancel = http.RequestAborted;
        var key = await vault.KeyFor(StoredFiles.ScopeOf(file.Tenant, file.Id), cancel);
        if (key.Refusal is { } refusal) return refusal;
        using var used = key.Value;
        var most = await quota.Of(file.Tenant, cancel);
        var sealedFacts = used.Seal(
            StoredFiles.FactsOf(file.Tenant, file.Id), ContentKind.Json, JsonSerializer.SerializeToUtf8Bytes(facts));
        var (caller, origin) = (http.Caller(), AuditOrigin.Of(http));
        return await commit.Write<FileAnswer>(
            file.Tenant,
            async (write, token) =>
            {
                if (await FileQuota.Add(write, file.Size, token) > most) return FileRefusals.QuotaExceeded;
                var binding = keep is null ? default(Result<FileBinding>?) : await keep(write, file, caller, origin, token);
                if (binding?.Refusal is { } refused) return refused;
                Insert(write, file, sealedFacts, binding?.Value);
                AuditTrail.Add(write, AuditEntry.Of(AuditActions.StoreFile, caller, origin) with
                {
                    On = $"File/{file.Id}",
                    Patients = file.Patient is { } patient ? [patient] : [],
                    Detail = binding?.Value.IsConfirmed == true ? $"store={file.Store},patient=confirmed" : $"store={file.Store}",
                });
                return new FileAnswer(file.Id, facts.Name, file.ContentType, file.Size, FileAnswer.NameOf(file.Scan));
            },
            cancel);
    }

    private static void Insert(WriteTransaction write, StoredFile file, byte[] sealedFacts, FileBinding? binding) => write.Insert(
        FileTables.Rows, file.Tenant.Value, file.Id, file.Store, file.Patient?.Value, file.Owner.Value, file.Size, file.ContentType,
        FileAnswer.NameOf(file.Scan), sealedFacts, (long)(binding?.Labels ?? Sensitivity.None), file.Released, binding?.BoundTo,
        write.At.ToMicroseconds(), write.At.ToMicroseconds());
}

/// <summary>A file as clients are told of it.</summary>
internal sealed record FileAnswer(string Id, string? FileName, string ContentType, long Size, string Scan)
{
    public static string NameOf(FileScan scan) => scan switch
    {
        FileScan.Clean => "clean",
        FileScan.Quarantined => "quarantined",
        _ => "pending",
    };
}
