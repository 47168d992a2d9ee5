using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Storage.Tests;

public sealed class SqliteLibraryTests
{
    /// <summary>The library comes with the package, not from the system: the same version wherever the server runs.</summary>
    [Fact]
    public async Task The_bundled_library_is_recent()
    {
        await using var storage = await TestStorage.Create(Engine.Sqlite);

        var version = await storage.Database.QueryOne(new Statement("select sqlite_version()"), [], row => row.GetString(0), default);

        Assert.True(Version.Parse(version!) >= new Version(3, 50, 4), $"SQLite {version}");
    }
}
