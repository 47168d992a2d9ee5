using System.Security.Cryptography;
using System.Text.Json;
using Vagus.Access.Audit;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Storage.Apart;
using Vagus.Storage.Sql;

namespace Vagus.Access.KeyUpkeep;

/// <summary>
/// Writes the keys' database into one file, as it was at one instant, on both engines the same. Keys are in it wrapped: without the root
/// key it opens nothing. Keep it apart from backups of the data, and shorter than those: what is destroyed lives on in it.
/// </summary>
public sealed class KeyBackup
{
    internal const string Format = "vagus-keys";
    internal const int Version = 1;
    private readonly ApartDatabase database;
    private readonly AuditTrail audit;
    private readonly TimeProvider clock;

    internal KeyBackup(ApartDatabase database, AuditTrail audit, TimeProvider clock) =>
        (this.database, this.audit, this.clock) = (database, audit, clock);

    /// <summary>Answers how many rows were written.</summary>
    public async ValueTask<Result<long>> Write(Stream output, CancellationToken cancel)
    {
        if (await audit.Append(AuditTrail.System, KeyEntries.Of(AuditActions.BackUpKeys, "Keys")) is { } unrecorded) return unrecorded;
        return await WriteRows(output, cancel);
    }

    private ValueTask<long> WriteRows(Stream output, CancellationToken cancel) => database.Write(
        async (session, token) =>
        {
            await session.Execute(OneInstant, [], token);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Line(output, hash, new KeyBackupLine { Head = new KeyBackupHead(Format, Version, clock.GetUtcNow()) });
            var rows = 0L;
            foreach (var table in KeyTable.All)
            {
                var written = await session.Query(
                    table.Select, [], row => Line(output, hash, new KeyBackupLine { Row = table.Read(row) }), token);
                rows += written.Count;
            }

            Line(output, hash: null, new KeyBackupLine { End = new KeyBackupEnd(rows, Convert.ToHexStringLower(hash.GetHashAndReset())) });
            await output.FlushAsync(token);
            return rows;
        },
        cancel);

    private static bool Line(Stream output, IncrementalHash? hash, KeyBackupLine line)
    {
        byte[] bytes = [.. JsonSerializer.SerializeToUtf8Bytes(line, Json), (byte)'\n'];
        hash?.AppendData(bytes);
        output.Write(bytes);
        return true;
    }

    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    // On SQLite a transaction that may write sees one instant already.
    private static readonly Statement OneInstant = new(
        sqlite: "select 1", postgres: "set transaction isolation level repeatable read");
}
