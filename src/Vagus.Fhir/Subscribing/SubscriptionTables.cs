using System.Globalization;
using Vagus.Storage.Backups;
using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Subscribing;

/// <summary>
/// The rows of subscriptions: what each asks for, how far it is told, and the numbers of its events. What happened at a number, the log and
/// the versions say.
/// </summary>
internal static class SubscriptionTables
{
    public static readonly Migration Step = new(250, "subscriptions", """
        create table subscription_state (
          tenant_id text not null,
          subscription_id text not null,
          position bigint not null,
          since bigint not null,
          owner text not null,
          status text not null,
          body text not null,
          headers bytea,
          ends_at bigint,
          changed_at bigint not null,
          deleted boolean not null,
          events bigint not null,
          delivered bigint not null,
          attempts bigint not null,
          failing_since bigint,
          error text,
          pushes boolean not null,
          held boolean not null,
          due_at bigint,
          primary key (tenant_id, subscription_id)
        );
        create index subscription_state_position on subscription_state (tenant_id, position);
        create index subscription_state_owner on subscription_state (tenant_id, owner, subscription_id);
        create index subscription_state_due on subscription_state (due_at) where attempts = 0;
        create index subscription_state_failing on subscription_state (due_at) where attempts > 0;
        create index subscription_state_deleted on subscription_state (changed_at) where deleted;
        create table subscription_event (
          tenant_id text not null,
          subscription_id text not null,
          number bigint not null,
          position bigint not null,
          occurred_at bigint not null,
          primary key (tenant_id, subscription_id, number)
        );
        create index subscription_event_age on subscription_event (occurred_at);
        """);

    // The microseconds of 2026-01-01.
    private const long Since2026 = 1_767_225_600_000_000;

    /// <summary>
    /// Numbers that were given out after the backup stand for what went with the old database. Like positions of the log they go on behind
    /// the microseconds since 2026: no subscription has a million events a second. What had a number in the backup keeps it, and is told
    /// by it.
    /// </summary>
    public static readonly RestoreStep Restored = new("subscription_state", "subscriptions numbered on", new Statement($"""
        update subscription_state
        set events = case
            when events + 1000000 > @restored_at - {Since2026} then events + 1000000 else @restored_at - {Since2026}
          end,
          delivered = case
            when delivered < events then delivered
            when events + 1000000 > @restored_at - {Since2026} then events + 1000000 else @restored_at - {Since2026}
          end
        where not deleted
        """));

    public static readonly InsertInto Events = new(
        "subscription_event",
        ("tenant_id", ColumnType.Text), ("subscription_id", ColumnType.Text), ("number", ColumnType.BigInt),
        ("position", ColumnType.BigInt), ("occurred_at", ColumnType.BigInt));

    /// <summary>What tells a subscription from one that was made anew under its id, for <see cref="Count"/>.</summary>
    public static string KeyOf(string id, long since) => string.Create(CultureInfo.InvariantCulture, $"{id}/{since}");

    /// <summary>What has changed in a tenant behind a position of the log.</summary>
    public static readonly Statement Changed = new($"""
        select {SubscriptionRow.Columns}
        from subscription_state
        where tenant_id = @tenant_id
          and position > @position
        order by position, subscription_id
        """);

    public static readonly Statement Find = new($"""
        select {SubscriptionRow.Columns}
        from subscription_state
        where tenant_id = @tenant_id
          and subscription_id = @subscription_id
          and not deleted
        """);

    /// <summary>Of an application those with one patient in context are apart from those with another one, or none.</summary>
    public static readonly Statement OfOwner = new($"""
        select {SubscriptionRow.Columns}
        from subscription_state
        where tenant_id = @tenant_id
          and owner = @owner
          and coalesce(app_id, '') = @app_id
          and coalesce(app_patient, '') = @app_patient
          and not deleted
        order by subscription_id
        """);

    public static readonly Statement CountOfTenant = new("""
        select count(*), coalesce(sum(case when owner = @owner then 1 else 0 end), 0),
          coalesce(sum(case when broad and status <> 'off' then 1 else 0 end), 0)
        from subscription_state
        where tenant_id = @tenant_id
          and not deleted
          and subscription_id <> @subscription_id
        """);

    /// <summary>
    /// One that was deleted begins anew under its id; a changed one keeps its owner and its numbers, and is told below the scopes of now.
    /// </summary>
    public static readonly Statement Keep = new("""
        insert into subscription_state (
          tenant_id, subscription_id, position, since, owner, status, body, headers, ends_at, changed_at, deleted, events, delivered,
          attempts, pushes, held, due_at, topic_id, receiver, broad, app_id, app_scopes, app_patient, app_session)
        values (
          @tenant_id, @subscription_id, @position, @position, @owner, @status, @body, @headers, @ends_at, @changed_at, false, 0, 0,
          0, @pushes, false, @due_at, @topic_id, @receiver, @broad, @app_id, @app_scopes, @app_patient, @app_session)
        on conflict (tenant_id, subscription_id) do update
        set position = excluded.position,
          since = case when subscription_state.deleted then excluded.since else subscription_state.since end,
          owner = case when subscription_state.deleted then excluded.owner else subscription_state.owner end,
          status = excluded.status, body = excluded.body, headers = excluded.headers, ends_at = excluded.ends_at,
          changed_at = excluded.changed_at, deleted = false,
          events = case when subscription_state.deleted then 0 else subscription_state.events end,
          delivered = case when subscription_state.deleted then 0 else subscription_state.delivered end,
          attempts = 0, failing_since = null, error = null, pushes = excluded.pushes, held = false, due_at = excluded.due_at,
          topic_id = excluded.topic_id, receiver = excluded.receiver, broad = excluded.broad,
          app_id = excluded.app_id, app_scopes = excluded.app_scopes, app_patient = excluded.app_patient,
          app_session = excluded.app_session
        """);

    public static readonly Statement Delete = new("""
        update subscription_state
        set position = @position, status = 'off', headers = null, changed_at = @changed_at, deleted = true, held = false, due_at = null
        where tenant_id = @tenant_id
          and subscription_id = @subscription_id
        """);

    public static readonly Statement DeleteEvents = new("""
        delete from subscription_event
        where tenant_id = @tenant_id
          and subscription_id = @subscription_id
        """);

    /// <summary>
    /// The server has moved the status on: what is active goes on behind what was delivered, everything else waits. How often its receiver
    /// has failed, and since when, is kept for those who look after it.
    /// </summary>
    public static readonly Statement Move = new("""
        update subscription_state
        set position = @position, status = @status, changed_at = @now, error = @error, held = false,
          attempts = case when @status = 'error' then attempts + @failed else 0 end,
          failing_since = case when @status = 'error' then coalesce(failing_since, @now) end,
          due_at = case
            when @status = 'off' then null
            when @status <> 'active' then ends_at
            when pushes and events > delivered then @now
            else cast(@next as bigint)
          end
        where tenant_id = @tenant_id
          and subscription_id = @subscription_id
        """);

    /// <summary>Those whose receiver does not take notifications, and those that the server cannot work on.</summary>
    public static readonly Statement Failing = new($"""
        select {SubscriptionRow.Columns}
        from subscription_state
        where tenant_id = @tenant_id
          and subscription_id > @after
          and not deleted
          and (status = 'error' or attempts > 0)
        order by subscription_id
        limit @limit
        """);

    /// <summary>Hands are shaken again, and what follows a number is told behind it; a larger number changes nothing.</summary>
    public static readonly Statement Replay = new("""
        update subscription_state
        set position = @position, status = @status, changed_at = @now, error = null, attempts = 0, failing_since = null, held = false,
          delivered = case when delivered > @before then @before else delivered end, due_at = @now
        where tenant_id = @tenant_id
          and subscription_id = @subscription_id
        """);

    /// <summary>
    /// Numbers for so many events, of several subscriptions. What waits for its receiver, or is under way, stays as it is, and what is due
    /// already: a claim asks for the due time that was read. One that is over is to be ended, also where it waits for its owner or its
    /// client. One that is off meanwhile keeps the numbers of what happened before.
    /// </summary>
    public static readonly Statement Count = ListSql.With(list => $"""
        update subscription_state
        set events = events + @count,
          due_at = case
            when held or status = 'off' or ((not pushes or status <> 'active') and not @is_over) then due_at
            when due_at <= @now then due_at
            else @now
          end
        where tenant_id = @tenant_id
          and subscription_id in ({list("ids")})
          and subscription_id || '/' || cast(since as text) in ({list("keys")})
          and not deleted
        returning subscription_id, events
        """);

    /// <summary>The attempt is this process's until then, over exactly the due time that was read.</summary>
    public static readonly Statement Claim = new("""
        update subscription_state
        set held = true, due_at = @until, receiver = @receiver
        where tenant_id = @tenant_id
          and subscription_id = @subscription_id
          and due_at = @due_at
        """);

    public static readonly Statement Delivered = ToldUpTo("and held");

    /// <summary>There is nothing to be told up to that number, and nothing is under way.</summary>
    public static readonly Statement PassOver = ToldUpTo("");

    /// <summary>A mail was taken: the next one waits until then, whatever is counted.</summary>
    public static readonly Statement Mailed = new("""
        update subscription_state
        set attempts = 0, failing_since = null, error = null, delivered = @delivered, due_at = @until
        where tenant_id = @tenant_id
          and subscription_id = @subscription_id
          and held
          and due_at = @due_at
        """);

    /// <summary>The sender is to look at it, unless something is under way.</summary>
    public static readonly Statement LookAt = new("""
        update subscription_state
        set due_at = case when due_at <= @now then due_at else @now end
        where tenant_id = @tenant_id
          and subscription_id = @subscription_id
          and status = 'active'
          and not held
        """);

    /// <summary>There is nothing to send, and nothing was counted meanwhile. What went wrong with an active one is over.</summary>
    public static readonly Statement Rest = new("""
        update subscription_state
        set held = false, due_at = cast(@next as bigint),
          attempts = case when status = 'error' then attempts else 0 end,
          failing_since = case when status = 'error' then failing_since end,
          error = case when status = 'error' then error end
        where tenant_id = @tenant_id
          and subscription_id = @subscription_id
          and due_at = @due_at
          and (events = delivered or not pushes or status = 'error')
        """);

    /// <summary>How far the client of a socket has come; an older one, or one of a former subscription, changes nothing.</summary>
    public static readonly Statement Reached = new("""
        update subscription_state
        set delivered = @delivered
        where tenant_id = @tenant_id
          and subscription_id = @subscription_id
          and since = @since
          and delivered < @delivered
        """);

    public static readonly Statement Postpone = new("""
        update subscription_state
        set attempts = attempts + 1, failing_since = coalesce(failing_since, @now), error = @error, due_at = @next
        where tenant_id = @tenant_id
          and subscription_id = @subscription_id
          and held
          and due_at = @due_at
        """);

    /// <summary>It could not be worked on: it waits as behind an attempt that failed.</summary>
    public static readonly Statement Fault = new("""
        update subscription_state
        set held = true, attempts = attempts + 1, failing_since = coalesce(failing_since, @now), error = @error, due_at = @next
        where tenant_id = @tenant_id
          and subscription_id = @subscription_id
          and position = @position
          and due_at = @due_at
        """);

    /// <summary>Nothing became of the attempt: it is due again then.</summary>
    public static readonly Statement PutOff = new("""
        update subscription_state
        set held = false, due_at = @until
        where tenant_id = @tenant_id
          and subscription_id = @subscription_id
          and due_at = @due_at
        """);

    public static readonly Statement EventsFrom = new("""
        select number, position, occurred_at
        from subscription_event
        where tenant_id = @tenant_id
          and subscription_id = @subscription_id
          and number between @first and @last
        order by number
        limit @limit
        """);

    /// <summary>Up to which number the oldest events of each subscription are out of date.</summary>
    public static readonly Statement OldEvents = ListSql.With(list => $"""
        select tenant_id, subscription_id, max(number)
        from (
          select tenant_id, subscription_id, number
          from subscription_event
          where occurred_at < @before
            and {NotStopped.Sql}
            and tenant_id not in ({list("left_out")})
          order by occurred_at
          limit @limit) as old
        group by tenant_id, subscription_id
        """);

    public static readonly Statement ForgetEvents = new("""
        delete from subscription_event
        where tenant_id = @tenant_id
          and subscription_id = @subscription_id
          and number <= @number
        """);

    public static readonly Statement OldDeleted = ListSql.With(list => $"""
        select tenant_id, subscription_id
        from subscription_state
        where deleted
          and changed_at < @before
          and {NotStopped.Sql}
          and tenant_id not in ({list("left_out")})
        order by changed_at
        limit @limit
        """);

    public static readonly Statement Forget = new("""
        delete from subscription_state
        where tenant_id = @tenant_id
          and subscription_id = @subscription_id
          and deleted
        """);

    private static Statement ToldUpTo(string condition) => new($"""
        update subscription_state
        set held = false, attempts = 0, failing_since = null, error = null, delivered = @delivered,
          due_at = case when events > @delivered then @now else cast(@next as bigint) end
        where tenant_id = @tenant_id
          and subscription_id = @subscription_id
          {condition}
          and due_at = @due_at
        """);
}
