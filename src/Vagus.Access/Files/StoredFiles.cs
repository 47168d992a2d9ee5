using System.Data.Common;
using System.Text.Json;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Files;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Access.Files;

/// <summary>
/// Files as other rooms use them: they find, open and bind what the door of files has taken in. They decide and record who reads.
/// </summary>
public sealed class StoredFiles(Database database, IBlobStore blobs, ContentVault vault)
{
    /// <summary>The type of scope under whose keys files are sealed, each under its own.</summary>
    public const string ScopeType = "file";

    /// <summary>A file that is bound to a name that begins so belongs to a draft, and is its owner's alone still.</summary>
    public const string DraftPrefix = "Draft/";

    public ValueTask<StoredFile?> Find(TenantId tenant, string id, CancellationToken cancel) =>
        database.QueryOne(FindOne, [tenant.Value, id], FileOf, cancel);

    /// <summary>The same within a write.</summary>
    public static ValueTask<StoredFile?> Find(WriteTransaction write, string id, CancellationToken cancel) =>
        write.QueryOne(FindOne, [write.Tenant.Value, id], FileOf, cancel);

    /// <summary>
    /// The content, seekable, opened chunk by chunk. Throws <see cref="SealBrokenException"/> where it was changed, cut, or is another
    /// file's; refused where it is gone.
    /// </summary>
    public async ValueTask<Result<Stream>> Open(StoredFile file, CancellationToken cancel)
    {
        if (await blobs.Open(new BlobName(file.Tenant, file.Id), cancel) is not { } envelope) return FileRefusals.NoFile;
        try
        {
            var content = await vault.OpenStream(ContentOf(file.Tenant, file.Id), envelope, cancel);
            if (content.IsRefused) await envelope.DisposeAsync();
            return content;
        }
        catch
        {
            await envelope.DisposeAsync();
            throw;
        }
    }

    public async ValueTask<Result<FileFacts>> Facts(StoredFile file, CancellationToken cancel)
    {
        var opened = await vault.Open(FactsOf(file.Tenant, file.Id), file.SealedFacts, cancel);
        return opened.Refusal is { } refusal ? refusal : JsonSerializer.Deserialize<FileFacts>(opened.Value)!;
    }

    /// <summary>
    /// Binds an attachment to what it belongs to (<c>Message/1</c>), within the write of that. False where it is bound already, is not the
    /// owner's, or is quarantined.
    /// </summary>
    public static async ValueTask<bool> Bind(WriteTransaction write, string id, UserId owner, string to, CancellationToken cancel) =>
        await write.Execute(BindOne, [to, write.Tenant.Value, id, owner.Value], cancel) == 1;

    /// <summary>
    /// What it belonged to was taken back: it may be bound again, and is swept like any that belongs to nothing.
    /// </summary>
    public static ValueTask Unbind(WriteTransaction write, string id, string from, CancellationToken cancel) =>
        write.Queue(UnbindOne, [write.Tenant.Value, id, from], cancel);

    /// <summary>The same of all that belonged to it.</summary>
    public static ValueTask UnbindAll(WriteTransaction write, string from, CancellationToken cancel) =>
        write.Queue(UnbindEach, [write.Tenant.Value, from], cancel);

    /// <summary>What belongs to it, in the order in which it came.</summary>
    public async ValueTask<IReadOnlyList<StoredFile>> BoundTo(TenantId tenant, string what, CancellationToken cancel) =>
        await database.Query(FindBound, [tenant.Value, what], FileOf, cancel);

    public static KeyScope ScopeOf(TenantId tenant, string id) => new(tenant, ScopeType, id);

    internal static SealContext ContentOf(TenantId tenant, string id) => new(tenant, ScopeType, id, "content");

    internal static SealContext FactsOf(TenantId tenant, string id) => new(tenant, ScopeType, id, "facts");

    internal const string Columns =
        "tenant_id, file_id, store, patient_id, owner_id, size, content_type, state, sealed_facts, labels, released, bound_to, withdrawn";

    internal static StoredFile FileOf(DbDataReader row) => new()
    {
        Tenant = new TenantId(row.GetString(0)),
        Id = row.GetString(1),
        Store = row.GetString(2),
        Patient = row.IsDBNull(3) ? null : new PatientId(row.GetString(3)),
        Owner = new UserId(row.GetString(4)),
        Size = row.GetInt64(5),
        ContentType = row.GetString(6),
        Scan = Enum.Parse<FileScan>(row.GetString(7), ignoreCase: true),
        SealedFacts = row.GetFieldValue<byte[]>(8),
        Labels = (Sensitivity)row.GetInt64(9),
        Released = row.GetBoolean(10),
        BoundTo = row.IsDBNull(11) ? null : row.GetString(11),
        Withdrawn = row.GetBoolean(12),
    };

    private static readonly Statement FindOne = new($"""
        select {Columns}
        from access_file
        where tenant_id = @tenant_id
          and file_id = @file_id
        """);

    private static readonly Statement UnbindOne = new("""
        update access_file
        set bound_to = null
        where tenant_id = @tenant_id
          and file_id = @file_id
          and bound_to = @bound_to
        """);

    private static readonly Statement UnbindEach = new("""
        update access_file
        set bound_to = null
        where tenant_id = @tenant_id
          and bound_to = @bound_to
          and bound_to is not null
        """);

    private static readonly Statement FindBound = new($"""
        select {Columns}
        from access_file
        where tenant_id = @tenant_id
          and bound_to = @bound_to
          and bound_to is not null
        order by created_at, file_id
        """);

    private static readonly Statement BindOne = new("""
        update access_file
        set bound_to = @bound_to
        where tenant_id = @tenant_id
          and file_id = @file_id
          and owner_id = @owner_id
          and bound_to is null
          and state <> 'quarantined'
        """);
}
