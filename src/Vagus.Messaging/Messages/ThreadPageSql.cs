using System.Collections.Concurrent;
using Vagus.Messaging.Threads;
using Vagus.Storage.Sql;

namespace Vagus.Messaging.Messages;

/// <summary>
/// The statement of a page of threads. Only the filters that are asked for stand in it: each can be led by its index, while one that is
/// asked for or not by a parameter is led by none. Where the caller follows threads, asks for what is unread, or sees those threads only in
/// which it takes part, these lead.
/// </summary>
internal static class ThreadPageSql
{
    private static readonly ConcurrentDictionary<string, Statement> Made = new(StringComparer.Ordinal);

    /// <summary>How many messages of a thread <c>t</c> the caller is asked to read and has not.</summary>
    public static string UnreadCount(Func<string, string> list) => $"""
        (select count(*) from messaging_message c
            where c.tenant_id = t.tenant_id and c.thread_id = t.thread_id and c.sequence > coalesce(k.read_sequence, 0)
              and c.sender_id <> @me and c.status = 'sent' and c.sender_role <> 'service'
              and {UnreadThreads.IsAsked(list)})
        """;

    public const string Follows = """
        exists (
            select 1 from messaging_follow f
            where f.tenant_id = t.tenant_id and f.user_id = @me and f.thread_id = t.thread_id)
        """;

    public static Statement Of(ThreadSight sight, ThreadFilter filter)
    {
        var lead = LeadOf(sight, filter);
        var conditions = Conditions(filter).ToList();
        // Which conditions there are is one of a few thousand combinations; those that are asked for stay.
        return Made.GetOrAdd(
            $"{lead.Name}\n{string.Join('\n', conditions)}",
            static (_, made) => ListSql.With(list => Text(made.lead, made.conditions, list)), (lead, conditions));
    }

    /// <summary>The same as a text, to be explained.</summary>
    internal static string TextOf(ThreadSight sight, ThreadFilter filter, Func<string, string> list) =>
        Text(LeadOf(sight, filter), [.. Conditions(filter)], list);

    private static Lead LeadOf(ThreadSight sight, ThreadFilter filter) =>
        filter.Following ? Followed : filter.Unread ? Unread : sight.Categories.Count == 0 ? OfNames : All;

    private static IEnumerable<string> Conditions(ThreadFilter filter)
    {
        // Most threads are closed. The status leads where it is another one, before category and priority; 'closed' leads only alone.
        var isAtWork = filter.Status.Length > 0 && filter.Status != ThreadStatus.Closed;
        if (filter.Kind.Length > 0) yield return "t.kind = @kind";
        if (filter.Status.Length > 0) yield return isAtWork || IsStatusAlone(filter) ? "t.status = @status" : Unled("status");
        if (filter.Category.Length > 0) yield return isAtWork ? Unled("category") : "t.category = @category";
        if (filter.Priority.Length > 0) yield return isAtWork ? Unled("priority") : "t.priority = @priority";
        if (filter.Team.Length > 0) yield return "t.team = @team";
        if (filter.Patient.Length > 0) yield return "t.patient_id = @patient";
        if (filter.AssignedTo == "none") yield return "t.assigned_to is null";
        else if (filter.AssignedTo.Length > 0) yield return "t.assigned_to = @assigned_to";
        if (filter.Label.Length > 0)
        {
            yield return "t.labels <> ''";
            yield return "replace(' ' || t.labels || ' ', ' ' || @label || ' ', '') <> ' ' || t.labels || ' '";
        }

        if (filter.Overdue) yield return "t.overdue_at is not null";
        if (filter.Snoozed == true)
        {
            // What names the condition of a partial index is led by it.
            yield return "t.snoozed_until is not null";
            yield return "t.snoozed_until > @now";
        }

        if (filter.Snoozed == false) yield return "(t.snoozed_until is null or t.snoozed_until <= @now)";
        if (filter.Unread) yield return IsUnread;
        if (filter.Among is not null) yield return Among;
    }

    private static bool IsStatusAlone(ThreadFilter filter) =>
        filter == new ThreadFilter { Kind = filter.Kind, Status = filter.Status, Snoozed = filter.Snoozed };

    /// <summary>An expression that is no column is found by no index.</summary>
    private static string Unled(string column) => $"t.{column} || '' = @{column}";

    // Lists are opened in the words of each engine, where the text is made.
    private const string IsUnread = "<unread>";
    private const string Among = "t.thread_id in (<among>)";

    private static string Opened(string condition, Func<string, string> list) =>
        condition == IsUnread ? UnreadThreads.IsUnread(list) : condition.Replace("<among>", list("among"), StringComparison.Ordinal);

    // What is counted is counted for the threads of the page, not for all that are sorted for it.
    private static string Text(Lead lead, IReadOnlyList<string> conditions, Func<string, string> list) => $"""
        select {ThreadRow.Columns},
          {UnreadCount(list)},
          {Follows}
        from (
          select t.thread_id
          from {lead.From(list)}
          {(conditions.Contains(IsUnread) ? Mark : "")}
          where t.tenant_id = @tenant_id
            {lead.Of}
            and ({lead.Time}, t.thread_id) < (@at, @id)
            and {ThreadSight.Condition(list)}
            {string.Concat(conditions.Select(each => $"and {Opened(each, list)}\n    "))}
          order by {lead.Time} desc, t.thread_id desc
          limit @limit offset @skip) l
        cross join messaging_thread t
        {Mark}
        where t.tenant_id = @tenant_id
          {OfLead}
        order by t.last_message_at desc, t.thread_id desc
        """;

    private const string Mark = "left join messaging_mark k on k.tenant_id = t.tenant_id and k.thread_id = t.thread_id and k.user_id = @me";

    private const string OfLead = "and t.thread_id = l.thread_id";

    private static readonly Lead All = new("all", "", static _ => "messaging_thread t");

    // SQLite takes the tables of a cross join in this order.
    private static readonly Lead Followed = new("followed", OfLead, static _ => """
        (select w.thread_id from messaging_follow w where w.tenant_id = @tenant_id and w.user_id = @me) l
        cross join messaging_thread t
        """);

    private static readonly Lead OfNames = new("names", OfLead, static list => $"""
        (select distinct w.thread_id from messaging_member w where w.tenant_id = @tenant_id and w.name in ({list("names")})) l
        cross join messaging_thread t
        """);

    private static readonly Lead Unread = new("unread", OfLead, static list => $"""
        {UnreadThreads.Candidates(list)} l
        cross join messaging_thread t
        """);

    private sealed record Lead(string Name, string Of, Func<Func<string, string>, string> From)
    {
        /// <summary>
        /// What is led by something else is sorted. An expression is in no index: otherwise PostgreSQL may walk the whole list in its order
        /// and look for each thread among those that lead.
        /// </summary>
        public string Time => Of.Length == 0 ? "t.last_message_at" : "t.last_message_at + 0";
    }
}
