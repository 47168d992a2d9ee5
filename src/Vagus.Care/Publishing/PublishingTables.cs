using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;

namespace Vagus.Care.Publishing;

/// <summary>Which events were published, by their id, so that a repetition is known.</summary>
internal static class PublishingTables
{
    public static readonly Migration[] All =
    [
        new(303, "published events", """
            create table care_published_event (
              tenant_id text not null,
              event_id text not null,
              publisher_id text not null,
              position bigint not null,
              published_at bigint not null,
              primary key (tenant_id, event_id)
            );
            create index care_published_event_age on care_published_event (tenant_id, published_at);
            """),
    ];

    public static readonly InsertInto Rows = new(
        "care_published_event", ("tenant_id", ColumnType.Text), ("event_id", ColumnType.Text), ("publisher_id", ColumnType.Text),
        ("position", ColumnType.BigInt), ("published_at", ColumnType.BigInt));
}
