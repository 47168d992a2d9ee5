using Vagus.Storage.Migrations;

namespace Vagus.Care.OnCall;

/// <summary>Who has which duty when, and who stands in for whom.</summary>
internal static class OnCallTables
{
    public static readonly Migration[] All =
    [
        new(300, "on call", """
            create table care_on_call (
              tenant_id text not null,
              entry_id text not null,
              duty text not null,
              user_id text not null,
              starts_at bigint not null,
              ends_at bigint not null,
              primary key (tenant_id, entry_id)
            );
            create index care_on_call_duty on care_on_call (tenant_id, duty, ends_at);
            create table care_out_of_office (
              tenant_id text not null,
              user_id text not null,
              starts_at bigint not null,
              ends_at bigint not null,
              delegate_id text,
              primary key (tenant_id, user_id)
            );
            """),
    ];
}
