using System.Text.Json.Serialization;
using Vagus.Access.Vault;

namespace Vagus.Access.KeyUpkeep;

/// <summary>The lines of a backup of the keys. Keys are in it as they are stored: wrapped.</summary>
internal sealed record KeyBackupLine
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public KeyBackupHead? Head { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public KeyBackupRow? Row { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public KeyBackupEnd? End { get; init; }
}

internal sealed record KeyBackupHead(string Format, int Version, DateTimeOffset MadeAt);

/// <summary>A row: its table, texts, numbers and the wrapped key, each in the order of the table's statement.</summary>
internal sealed record KeyBackupRow(string Table, IReadOnlyList<string> Texts, IReadOnlyList<long?> Numbers, byte[]? Wrapped);

/// <summary>The last line, without which a backup was cut.</summary>
internal sealed record KeyBackupEnd(long Rows, string Sha256);
