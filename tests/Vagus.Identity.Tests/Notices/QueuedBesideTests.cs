using Npgsql;
using Vagus.Access.Outgoing;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.Notices;

/// <summary>Another node queues at the moment at which an attempt has failed. SQLite has one writer, and no such moment.</summary>
public sealed class QueuedBesideTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Delay = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_failed_attempt_takes_in_what_another_node_queues_while_it_is_put_off()
    {
        await using var desk = await Desk.Open(Engine.Postgres);
        (await desk.Prefer(new { email = new { enabled = false }, sms = new { enabled = true, phone = "+15551234567" } })).Is(200);
        await using var database = NpgsqlDataSource.Create(desk.Clinic.Storage.Postgres!);
        await using var other = await database.OpenConnectionAsync();
        NpgsqlTransaction? queuing = null;
        desk.Phone.Answers.Enqueue(503);
        desk.Phone.BeforeAnswer = async () =>
        {
            desk.Phone.BeforeAnswer = () => Task.CompletedTask;
            queuing = await other.BeginTransactionAsync();
            await using var insert = new NpgsqlCommand(Beside, other, queuing);
            Assert.Equal(1, await insert.ExecuteNonQueryAsync());
        };

        await desk.MessageComes();
        var sending = desk.After(Delay);
        await Until(database, WaitsForAnother);
        await queuing!.CommitAsync();
        await sending;

        Assert.Equal([("sms", "Merged")], await desk.Ended());
        var waits = await desk.Clinic.Get<Database>().Query(
            new Statement("select due_at from access_delivery where ended_at is null and leased_until is null"), [],
            row => Instant.FromMicroseconds(row.GetInt64(0)), default);
        Assert.Equal([desk.Clinic.Clock.GetUtcNow() + TimeSpan.FromSeconds(10)], waits);
        await desk.After(Delay);
        await desk.Until(() => desk.Messages.Ends.Any(end => end.Outcome == NoticeOutcome.Sent));
        Assert.Equal(2, desk.Phone.Taken.Count);
    }

    private static async Task Until(NpgsqlDataSource database, string counts)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            await using var command = database.CreateCommand(counts);
            if (await command.ExecuteScalarAsync(limit.Token) is > 0L) return;
            await Task.Delay(20, limit.Token);
        }
    }

    private const string WaitsForAnother = """
        select count(*)
        from pg_stat_activity
        where datname = current_database()
          and wait_event_type = 'Lock'
        """;

    private const string Beside = """
        insert into access_delivery
          (delivery_id, tenant_id, user_id, channel, kind, about, recipient, queued_at, give_up_at, due_at, planned, attempts)
        select 'beside', tenant_id, user_id, channel, kind, about, recipient, queued_at, give_up_at, due_at, false, 0
        from access_delivery
        where leased_until is not null
        """;
}
