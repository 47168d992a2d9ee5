using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization;
using Vagus.Storage.Sql;

namespace Vagus.Storage.Backups;

/// <summary>What a backup holds and of which moment: the last file that is written, so a folder without it is no backup.</summary>
public sealed record BackupManifest
{
    internal const string FileName = "manifest.json";
    internal const int KnownFormat = 1;
    private const int MostBytes = 64 * 1024 * 1024;

    /// <summary>The layout of the folder.</summary>
    public int Format { get; init; } = KnownFormat;

    /// <summary>The version of the program that took it.</summary>
    public required string Program { get; init; }

    public required Engine Engine { get; init; }

    /// <summary>Everything that was committed before is in it.</summary>
    public required DateTimeOffset TakenAt { get; init; }

    public required IReadOnlyList<BackupStep> Migrations { get; init; }

    public required IReadOnlyList<BackupFile> Files { get; init; }

    /// <summary>Where each tenant's log stood.</summary>
    public required IReadOnlyList<BackupLog> Logs { get; init; }

    /// <summary>How many entries each tenant's audit had; empty where the database has no audit.</summary>
    public IReadOnlyList<BackupAudit> Audits { get; init; } = [];

    internal void Write(string folder)
    {
        using var file = BackupFiles.Create(Path.Combine(folder, FileName));
        JsonSerializer.Serialize(file, this, BackupJson.Default.BackupManifest);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Throws <see cref="BackupException"/> where the folder holds no backup that this program knows.</summary>
    public static BackupManifest Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) throw new BackupException($"{path} does not exist: the folder holds no backup, or an unfinished one.");
        if (new FileInfo(path).Length > MostBytes) throw new BackupException($"{path} is too large for a manifest.");
        try
        {
            using var file = File.OpenRead(path);
            var manifest = JsonSerializer.Deserialize(file, BackupJson.Default.BackupManifest);
            return manifest is { Format: KnownFormat } ? manifest : throw new BackupException($"{path} has a format that this program does not know.");
        }
        catch (JsonException cause)
        {
            throw new BackupException($"{path} cannot be read as a manifest: {cause.Path}.");
        }
    }
}

/// <summary>A step of the schema that the database had.</summary>
public sealed record BackupStep(long Number, string Name, string Hash);

/// <summary>A file of the backup.</summary>
/// <param name="Name">Within the folder.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">In lower-case hexadecimal.</param>
/// <param name="Table">The table whose rows it has; null: the whole database.</param>
/// <param name="Columns">The columns of the rows, in their order.</param>
public sealed record BackupFile(string Name, long Bytes, string Sha256, string? Table = null, IReadOnlyList<string>? Columns = null);

/// <summary>The positions of one tenant's log that could be read.</summary>
public sealed record BackupLog(string Tenant, long Oldest, long Last);

/// <summary>The number of entries of one tenant's audit.</summary>
public sealed record BackupAudit(string Tenant, long Size);

/// <summary>A backup cannot be taken or restored; the message says why and is meant for the operator.</summary>
public sealed class BackupException(string message) : Exception(message)
{
    // Messages of the driver may hold rows or the connection string.
    internal static BackupException Of(DbException cause) =>
        new($"The database refused, or was lost ({cause.SqlState ?? cause.GetType().Name}). Nothing was changed.");
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UseStringEnumConverter = true,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class BackupJson : JsonSerializerContext;
