using System.Data.Common;
using Vagus.Access.Vault;
using Vagus.Storage.Sql;

namespace Vagus.Access.KeyUpkeep;

/// <summary>A table of the keys' database as a backup takes it: texts, then numbers, then the wrapped key.</summary>
internal sealed class KeyTable
{
    public static readonly IReadOnlyList<KeyTable> All =
    [
        new("tenant_key", ["tenant_id", "provider", "state"], ["version", "created_at", "wraps"], hasKey: true),
        new(
            "data_key", ["key_id", "tenant_id", "scope_type", "scope_id", "state"],
            ["tenant_key_version", "created_at", "used_at", "destroyed_at"], hasKey: true),
        new("legal_hold", ["tenant_id", "hold_id", "scope_type", "scope_id", "matter"], ["placed_at", "released_at"], hasKey: false),
        new("key_retention", ["tenant_id", "scope_type"], ["days"], hasKey: false),
    ];

    private readonly int texts;
    private readonly int numbers;
    private readonly bool hasKey;

    // The names are our own: nothing of them comes from outside.
    private KeyTable(string name, string[] texts, string[] numbers, bool hasKey)
    {
        (Name, this.texts, this.numbers, this.hasKey) = (name, texts.Length, numbers.Length, hasKey);
        string[] columns = [.. texts, .. numbers, .. hasKey ? (string[])["wrapped"] : []];
        Select = new Statement($"select {string.Join(", ", columns)} from {name} order by {texts[0]}, {texts[1]}, {numbers[0]}");
        Insert = new Statement(
            $"insert into {name} ({string.Join(", ", columns)}) values ({string.Join(", ", columns.Select(column => "@" + column))})");
        CountAll = new Statement($"select count(*) from {name}");
    }

    public string Name { get; }

    public Statement Select { get; }

    public Statement Insert { get; }

    public Statement CountAll { get; }

    public KeyBackupRow Read(DbDataReader row)
    {
        var key = texts + numbers;
        return new KeyBackupRow(
            Name,
            [.. Enumerable.Range(0, texts).Select(row.GetString)],
            [.. Enumerable.Range(texts, numbers).Select(at => row.IsDBNull(at) ? (long?)null : row.GetInt64(at))],
            hasKey && !row.IsDBNull(key) ? (byte[])row[key] : null);
    }

    public object?[] Values(KeyBackupRow row)
    {
        if (row.Texts.Count != texts || row.Numbers.Count != numbers) throw new FormatException($"A row of {Name} in the backup is wrong.");
        return [.. row.Texts, .. row.Numbers.Select(number => (object?)number), .. hasKey ? (object?[])[row.Wrapped] : []];
    }
}
