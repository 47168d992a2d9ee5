using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Backups;
using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Identity.Tests.Sessions;

/// <summary>A restored database lets nobody in by what was ended after its backup.</summary>
public abstract class RestoredSessionTests(Engine engine) : IDisposable
{
    private readonly DirectoryInfo place = Directory.CreateTempSubdirectory("vagus-restored-");

    public void Dispose()
    {
        place.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Sessions_and_links_of_the_backup_are_over_and_passwords_are_not()
    {
        await using var clinic = await TestClinic.Open(engine);
        var ann = await clinic.AddUser("ann@example.org", Role.Nurse);
        var login = await clinic.Login("ann@example.org");
        await clinic.Send(HttpMethod.Post, "/api/auth/forgot-password", new { email = "ann@example.org" });
        var link = await clinic.Mails.NextToken("ann@example.org");
        var copy = Path.Combine(place.FullName, "copy");
        await clinic.Get<TakeBackup>().To(copy, "1.0", default);
        await clinic.Get<ChangeUser>().EndSessions(TestClinic.North, ann, default);

        var (restored, changed) = await Restore(clinic, copy);
        await using var there = restored;

        Assert.Equal(["1 sessions ended", "1 invitations and links voided"], changed.Select(rows => $"{rows.Rows} {rows.What}"));
        Assert.Equal(401, (await there.Get("/caller", login.AccessToken)).Status);
        Assert.Equal(401, (await there.Refresh(login.RefreshToken)).Status);
        var reset = await there.Send(
            HttpMethod.Post, "/api/auth/reset-password", new { token = link, password = "another long pass phrase" });
        Assert.Equal((400, "invalid_token"), (reset.Status, reset.Code));
        Assert.Equal(200, (await there.Login("ann@example.org")).Status);
    }

    private async Task<(TestClinic There, IReadOnlyList<RestoredRows> Changed)> Restore(TestClinic clinic, string copy)
    {
        var folder = place.CreateSubdirectory("there").FullName;
        var storage = new StorageOptions
        {
            DataFolder = folder, Postgres = engine == Engine.Postgres ? await PostgresServer.NewDatabase() : null,
        };
        var restore = new RestoreBackup(
            storage, clinic.Get<IEnumerable<Migration>>(), clinic.Get<IEnumerable<RestoreStep>>(), clinic.Clock);
        var done = await restore.From(copy, default);
        var key = Path.Combine(clinic.Storage.DataFolder, "root.key");
        if (File.Exists(key)) File.Copy(key, Path.Combine(folder, "root.key"));
        return (await TestClinic.Open(engine, on: storage), done.Changed);
    }
}

public sealed class RestoredSessionsOnSqlite() : RestoredSessionTests(Engine.Sqlite);

public sealed class RestoredSessionsOnPostgres() : RestoredSessionTests(Engine.Postgres);
