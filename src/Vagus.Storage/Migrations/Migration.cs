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

    internal string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Script + '\0' + PostgresScript)));
}
