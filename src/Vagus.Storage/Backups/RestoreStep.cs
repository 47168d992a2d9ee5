using Vagus.Storage.Sql;

namespace Vagus.Storage.Backups;

/// <summary>
/// What a room does to its restored rows, in the transaction that brings them: what was ended after the backup must not live on. Left out
/// where the backup is older than the table.
/// </summary>
/// <param name="Table">The table that it changes.</param>
/// <param name="What">What its rows are, in the words of the operator: "sessions ended".</param>
/// <param name="Change">Its only parameter is the instant of the restore.</param>
public sealed record RestoreStep(string Table, string What, Statement Change);

/// <summary>A backup that was restored, and what was done to its rows.</summary>
public sealed record RestoredBackup(BackupManifest Manifest, IReadOnlyList<RestoredRows> Changed)
{
    /// <summary>PostgreSQL could not be told to look at the rows: until it has, its plans are poor.</summary>
    public bool LacksStatistics { get; init; }
}

/// <summary>How many rows of one kind were changed.</summary>
public sealed record RestoredRows(string What, int Rows);
