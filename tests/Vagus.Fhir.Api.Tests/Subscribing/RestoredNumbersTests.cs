using Vagus.Fhir.Subscribing;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Backups;
using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>Numbers of events behind a restore: none that a client may have seen stands for something else.</summary>
public abstract class RestoredNumbersTests(Engine engine) : ClockedServerTests(engine)
{
    private readonly DirectoryInfo place = Directory.CreateTempSubdirectory("restored-numbers");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        place.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task They_go_on_behind_all_that_was_given_out_and_what_waited_is_told_by_its_own()
    {
        await using var desk = await Desk.Open(Server);
        var told = (await desk.Owner.Create(desk.SocketForm())).Is(201).Id;
        var waiting = (await desk.Owner.Create(desk.SocketForm())).Is(201).Id;
        var rows = new SubscriptionRows(desk);
        for (var number = 1; number <= 3; number++) await desk.Observe($"o{number}");
        await Desk.Until(async () => (await rows.Of(told)).Events == 3 && (await rows.Of(waiting)).Events == 3, "not counted");
        await rows.Set(told, "delivered = 3");
        await rows.Set(waiting, "delivered = 1");
        var copy = Path.Combine(place.FullName, "copy");
        await Server.Get<TakeBackup>().To(copy, "1.0", CancellationToken.None);

        var storage = await Restore(copy);

        await using var database = new Database(storage);
        var floor = (Clock.GetUtcNow() - new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)).Ticks / TimeSpan.TicksPerMicrosecond;
        var first = await Of(database, desk, told);
        var second = await Of(database, desk, waiting);
        Assert.Equal((floor, floor), (first.Events, first.Delivered));
        Assert.Equal((floor, 1), (second.Events, second.Delivered));
    }

    private async Task<StorageOptions> Restore(string copy)
    {
        var storage = new StorageOptions
        {
            DataFolder = place.CreateSubdirectory("there").FullName,
            Postgres = Engine == Engine.Postgres ? await PostgresServer.NewDatabase() : null,
        };
        var restore = new RestoreBackup(
            storage, Server.Get<IEnumerable<Migration>>(), Server.Get<IEnumerable<RestoreStep>>(), Clock);
        var done = await restore.From(copy, CancellationToken.None);
        Assert.Contains("2 subscriptions numbered on", done.Changed.Select(each => $"{each.Rows} {each.What}"));
        return storage;
    }

    private static async Task<SubscriptionRow> Of(Database database, Desk desk, string id) => await database.QueryOne(
        SubscriptionTables.Find, [desk.Clinic.Tenant.Value, id], SubscriptionRow.Of, CancellationToken.None)
        ?? throw new InvalidOperationException("It is not restored.");
}

public sealed class RestoredNumbersOnSqlite() : RestoredNumbersTests(Engine.Sqlite);

public sealed class RestoredNumbersOnPostgres() : RestoredNumbersTests(Engine.Postgres);
