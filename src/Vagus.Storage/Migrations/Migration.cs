using System.Security.Cryptography;
using System.Text;

namespace Vagus.Storage.Migrations;

/// <summary>
/// One numbered step of the schema. Each room registers its own, in its own range of numbers: Storage 1–99, Access 100–199, Fhir 200–299,
/// Care 300–399. A step that has been released is never edited: its hash is recorded and a changed one stops the start.
/// </summary>
public sealed record Migration(int Number, string Name, string Script)
{
    /// <summary>Set only where PostgreSQL's text truly differs.</summary>
    public string? PostgresScript { get; init; }

    /// <summary>
    /// Moves a part of what the step has to move and answers how many rows; 0: nothing is left. Called before the script, each part in a
    /// transaction of its own, so that a long move can be followed and goes on after a crash. Null: the script is all.
    /// </summary>
    public Func<MigrationPart, CancellationToken, ValueTask<long>>? Part { get; init; }

    internal string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Script + '\0' + PostgresScript)));
}
