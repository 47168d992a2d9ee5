using Vagus.Storage.Migrations;
using Vagus.Storage.Moving;
using Vagus.Storage.Sql;

namespace Vagus.Care.Charts;

/// <summary>
/// The tables of the charts. A row of <c>chart_fact</c> holds from one position of the log until another; those that hold now end at
/// <see cref="Never"/>. A set of rows belongs to one tenant and is served, or is being built in place of the one that is.
/// </summary>
internal static class ChartTables
{
    /// <summary>The end of what has not ended, as the texts of statements and indexes have it.</summary>
    public const string NeverText = "9223372036854775807";

    public const long Never = long.MaxValue;

    public static readonly InsertInto Facts = new(
        "chart_fact",
        ("set_number", ColumnType.BigInt),
        ("patient_id", ColumnType.Text),
        ("kind", ColumnType.BigInt),
        ("until", ColumnType.BigInt),
        ("sort", ColumnType.BigInt),
        ("origin", ColumnType.BigInt),
        ("fact_key", ColumnType.Text),
        ("since", ColumnType.BigInt),
        ("since_at", ColumnType.BigInt),
        ("type", ColumnType.Text),
        ("version", ColumnType.BigInt),
        ("kept", ColumnType.Boolean),
        ("sensitive", ColumnType.Boolean),
        ("labels", ColumnType.BigInt),
        ("released", ColumnType.Boolean),
        ("live", ColumnType.Boolean),
        ("link", ColumnType.Text),
        ("state", ColumnType.Text),
        ("body", ColumnType.Bytes));

    public static readonly InsertInto Events = new(
        "chart_event",
        ("tenant_id", ColumnType.Text),
        ("position", ColumnType.BigInt),
        ("at", ColumnType.BigInt),
        ("event_id", ColumnType.Text),
        ("type", ColumnType.Text),
        ("resource", ColumnType.Text),
        ("patients", ColumnType.Text),
        ("labels", ColumnType.BigInt),
        ("released", ColumnType.Boolean),
        ("portal_type", ColumnType.Text),
        ("body", ColumnType.Bytes));

    public static readonly Migration Step = new(330, "charts", Script("integer primary key", "integer", "blob", "", "without rowid"))
    {
        PostgresScript = Script(
            "bigint generated always as identity primary key", "bigint", "bytea", "collate \"C\"", ""),
    };

    /// <summary>The number of a set is the database's: two of a tenant that stand alike are told apart by their order.</summary>
    public static readonly NumberFamily Sets = new("chart_set", new Statement("""
        select s.number,
          case when s.serving then 'serving' else 'other' end || ' ' || s.position || ' ' || (
            select count(*)
            from chart_set o
            where o.tenant_id = s.tenant_id
              and o.serving = s.serving
              and o.position = s.position
              and o.number < s.number
          )
        from chart_set s
        where s.tenant_id = @tenant_id
        order by s.number
        """));

    /// <summary>How they are moved with a tenant.</summary>
    public static readonly MovedTable[] Moved =
    [
        new("chart_set") { Order = MoveOrder.First, GivenAnew = "number" },
        new("chart_fact")
        {
            Owner = new NumberedColumn("set_number", "chart_set"), Numbers = [new NumberedColumn("set_number", "chart_set")],
        },
    ];

    private static string Script(string identity, string number, string bytes, string plain, string oneTree) => $"""
        create table chart_set (
          number {identity},
          tenant_id text {plain} not null,
          position {number} not null,
          serving boolean not null
        );
        create unique index chart_set_serving on chart_set (tenant_id) where serving;
        create table chart_fact (
          set_number {number} not null,
          patient_id text {plain} not null,
          kind {number} not null,
          until {number} not null,
          sort {number} not null,
          origin {number} not null,
          fact_key text {plain} not null,
          since {number} not null,
          since_at {number} not null,
          until_at {number},
          type text {plain} not null,
          version {number} not null,
          kept boolean not null,
          sensitive boolean not null,
          labels {number} not null,
          released boolean not null,
          live boolean not null,
          link text {plain},
          state text,
          body {bytes} not null,
          primary key (set_number, patient_id, kind, until, live, sort, origin, fact_key)
        ) {oneTree};
        create index chart_fact_origin on chart_fact (origin, set_number, until);
        create index chart_fact_link on chart_fact (set_number, patient_id, link, until, kind) where link is not null;
        create table chart_event (
          tenant_id text {plain} not null,
          position {number} not null,
          at {number} not null,
          event_id text {plain} not null,
          type text {plain} not null,
          resource text,
          patients text not null,
          labels {number} not null,
          released boolean not null,
          portal_type text,
          body {bytes} not null,
          primary key (tenant_id, position)
        ) {oneTree};
        """;
}
