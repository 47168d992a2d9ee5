using System.Security.Cryptography;
using System.Text.Json;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Storage.Files;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Access.Files;

/// <summary>
/// Files that the server makes for a user, such as those of an export. Their store has no name at <c>/api/files</c>: the room that makes
/// them hands them out, by <see cref="StoredFiles"/>, and decides and records who reads. They count towards the tenant's space.
/// </summary>
public sealed class MadeFiles
{
    private readonly IBlobStore blobs;
    private readonly ContentVault vault;
    private readonly FileQuota quota;
    private readonly IdSource ids;

    internal MadeFiles(IBlobStore blobs, ContentVault vault, FileQuota quota, IdSource ids) =>
        (this.blobs, this.vault, this.quota, this.ids) = (blobs, vault, quota, ids);

    /// <summary>Seals the content and makes it durable. Without a row it is taken away by the sweep of files.</summary>
    public async ValueTask<Result<MadeFile>> Seal(
        TenantId tenant, UserId owner, string store, string contentType, ReadOnlyMemory<byte> content, CancellationToken cancel)
    {
        if (await quota.Left(tenant, cancel) < content.Length) return FileRefusals.QuotaExceeded;
        var id = ids.NewId();
        using var source = new MemoryStream(content.ToArray(), writable: false);
        Refusal? refusal = null;
        await blobs.Put(
            new BlobName(tenant, id),
            async (to, token) => refusal = (await vault.SealStream(
                StoredFiles.ScopeOf(tenant, id), StoredFiles.ContentOf(tenant, id), source, to, content.Length, token)).Refusal,
            cancel);
        if (refusal is not null) return refusal;
        var key = await vault.KeyFor(StoredFiles.ScopeOf(tenant, id), cancel);
        if (key.Refusal is { } noKey) return noKey;
        using var used = key.Value;
        var facts = new FileFacts(Name: null, Convert.ToHexStringLower(SHA256.HashData(content.Span)));
        var sealedFacts = used.Seal(StoredFiles.FactsOf(tenant, id), ContentKind.Json, JsonSerializer.SerializeToUtf8Bytes(facts));
        return new MadeFile(id, owner, store, contentType, content.Length, sealedFacts);
    }

    /// <summary>Writes the row within the write of what the file belongs to (<c>Export/1</c>).</summary>
    public static async ValueTask Add(WriteTransaction write, MadeFile file, string boundTo, CancellationToken cancel)
    {
        await FileQuota.Add(write, file.Size, cancel);
        write.Insert(
            FileTables.Rows, write.Tenant.Value, file.Id, file.Store, null, file.Owner.Value, file.Size, file.ContentType, "clean",
            file.SealedFacts, 0L, true, boundTo, write.At.ToMicroseconds(), write.At.ToMicroseconds());
    }

    /// <summary>Takes the row and its space away, within a write. <see cref="Forget"/> takes the content.</summary>
    public static async ValueTask Remove(WriteTransaction write, string id, long size, CancellationToken cancel)
    {
        if (await write.Execute(DeleteOne, [write.Tenant.Value, id], cancel) == 1) await FileQuota.Add(write, -size, cancel);
    }

    public ValueTask Forget(TenantId tenant, string id, CancellationToken cancel) => blobs.Delete(new BlobName(tenant, id), cancel);

    private static readonly Statement DeleteOne = new("""
        delete from access_file
        where tenant_id = @tenant_id
          and file_id = @file_id
        """);
}

/// <summary>A file whose content is durable and whose row is not written yet.</summary>
public sealed record MadeFile(string Id, UserId Owner, string Store, string ContentType, long Size, byte[] SealedFacts);
