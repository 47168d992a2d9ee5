using System.Globalization;
using Vagus.Storage.Consuming;
using Vagus.Storage.Log;
using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.ConsumerNode;

/// <summary>Notes each event as a row with the process that took it. Nothing here keeps a second row of one event away.</summary>
internal sealed class CountingConsumer(string name) : LogConsumer
{
    public static readonly Migration Table = new(
        90, "counted", """
        create table counted (
          consumer text not null,
          tenant_id text not null,
          position bigint not null,
          process bigint not null
        )
        """);

    public override string Name => name;

    public override IReadOnlySet<string>? Types => null;

    public static LogConsumer Numbered(int number) =>
        new CountingConsumer(string.Create(CultureInfo.InvariantCulture, $"counting-{number}"));

    public override ValueTask Apply(IReadOnlyList<LoggedEvent> events, WriteTransaction write, CancellationToken cancel)
    {
        foreach (var @event in events) write.Insert(Rows, name, @event.Tenant.Value, @event.Position, (long)Environment.ProcessId);
        return ValueTask.CompletedTask;
    }

    private static readonly InsertInto Rows = new(
        "counted", ("consumer", ColumnType.Text), ("tenant_id", ColumnType.Text),
        ("position", ColumnType.BigInt), ("process", ColumnType.BigInt));
}
