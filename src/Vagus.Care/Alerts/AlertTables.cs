using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;

namespace Vagus.Care.Alerts;

/// <summary>Alerts, one row each, and what happened to them, in order.</summary>
internal static class AlertTables
{
    public static readonly Migration[] All =
    [
        // One open alert of a subject: two writers cannot both raise it. due_at is null where nothing more is due.
        new(301, "alerts", """
            create table care_alert (
              tenant_id text not null,
              alert_id text not null,
              alert_type text not null,
              subject text not null,
              sample text,
              said text not null,
              source bytea not null,
              content bytea not null,
              open_content bytea,
              patient_id text,
              provider_id text,
              policy text not null,
              state text not null,
              level bigint not null,
              owner_id text,
              owner_name text,
              owner_role text,
              hidden boolean not null,
              raised_at bigint not null,
              due_at bigint,
              acknowledged_by text,
              acknowledged_at bigint,
              resolved_by text,
              resolved_at bigint,
              action text,
              steps bigint not null,
              primary key (tenant_id, alert_id)
            );
            create unique index care_alert_open on care_alert (tenant_id, subject) where state <> 'resolved';
            create index care_alert_subject on care_alert (tenant_id, subject, alert_id);
            create index care_alert_sample on care_alert (tenant_id, sample) where sample is not null;
            create index care_alert_due on care_alert (due_at) where due_at is not null;
            create index care_alert_patient on care_alert (tenant_id, patient_id, alert_id);
            create index care_alert_state on care_alert (tenant_id, state, alert_id);
            create table care_alert_step (
              tenant_id text not null,
              alert_id text not null,
              number bigint not null,
              at bigint not null,
              what text not null,
              by_user text,
              level bigint,
              to_user text,
              detail text,
              primary key (tenant_id, alert_id, number)
            );
            -- What was critical before there were alerts has been dealt with by other means.
            insert into log_cursor (tenant_id, consumer, position) select tenant_id, 'alerts', position from log_head;
            """),

        // Metrics read the alerts of a span of time in pages.
        new(350, "alerts by time", "create index care_alert_raised on care_alert (tenant_id, raised_at, alert_id);"),

        // A record that turns out to be another patient's has an alert of each.
        new(352, "alerts of each patient", """
            drop index care_alert_open;
            create unique index care_alert_open on care_alert (tenant_id, subject, coalesce(patient_id, '')) where state <> 'resolved';
            """),
    ];

    public static readonly InsertInto Steps = new(
        "care_alert_step", ("tenant_id", ColumnType.Text), ("alert_id", ColumnType.Text), ("number", ColumnType.BigInt),
        ("at", ColumnType.BigInt), ("what", ColumnType.Text), ("by_user", ColumnType.Text), ("level", ColumnType.BigInt),
        ("to_user", ColumnType.Text), ("detail", ColumnType.Text));
}
