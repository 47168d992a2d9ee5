using Vagus.Storage.Backups;
using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Storage.Tests.Backups;

public sealed class RestoredStatisticsOnPostgres
{
    private static readonly Migration Stone = new(70, "stone", "create table stone (n bigint)")
    {
        PostgresScript = """
            create function stumble(n bigint) returns bigint immutable language plpgsql as $$
            begin
              if current_query() like '%analyze%' then raise exception 'on purpose'; end if;
              return n;
            end $$;
            create table stone (n bigint);
            create index stone_n on stone (stumble(n));
            insert into stone (n) values (1);
            """,
    };

    [Fact]
    public async Task A_restore_is_done_and_says_so_where_the_statistics_cannot_be_gathered()
    {
        var place = Directory.CreateTempSubdirectory("vagus-statistics-");
        try
        {
            var folder = Path.Combine(place.FullName, "copy");
            await using var storage = await TestStorage.Create(Engine.Postgres, add: services => services.AddMigrations([Stone]));
            await storage.Get<TakeBackup>().To(folder, "1.0", default);
            var options = new StorageOptions { Postgres = await PostgresServer.NewDatabase() };
            var restore = new RestoreBackup(options, storage.Get<IEnumerable<Migration>>(), [], storage.Clock);

            var restored = await restore.From(folder, default);

            Assert.True(restored.LacksStatistics);
            await using var database = new Database(options);
            Assert.Equal(1, await database.QueryOne(new Statement("select n from stone"), [], row => row.GetInt64(0), default));
        }
        finally
        {
            place.Delete(recursive: true);
        }
    }
}
