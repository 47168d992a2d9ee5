using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Messaging.Staff;

/// <summary><c>GET /threads/{id}/assignments</c>: who had the thread, since when and by whose doing.</summary>
internal sealed class ListAssignments(Database database, ThreadSights sights, IFindUsers accounts, AuditTrail audit)
{
    private const long Most = 100;

    public static void Map(IEndpointRouteBuilder staff) => staff.MapGet(
        "/threads/{id}/assignments", (string id, HttpContext http, ListAssignments use) => use.Run(id, http)).Audits(AuditActions.ReadThread);

    private async Task<Results<Ok<AssignmentList>, ProblemHttpResult>> Run(string id, HttpContext http)
    {
        var (reach, cancel) = (http.Reach(), http.RequestAborted);
        var sight = await sights.Of(reach, cancel);
        if (await ThreadRow.Find(database, reach.Tenant, id, cancel) is not { } thread || !sight.Sees(thread))
            return MessagingRefusals.NoThread.ToProblem();
        if (await audit.Append(reach.Tenant, ReadEntries.Of(MessageAuthor.Of(http), thread, [id])) is { } unrecorded)
            return unrecorded.ToProblem();
        var rows = await database.Query(
            Latest, [reach.Tenant.Value, id, Most],
            row => (At: Instant.FromMicroseconds(row.GetInt64(0)), By: Text(row, 1), To: Text(row, 2), Team: Text(row, 3)), cancel);
        string[] users = [.. rows.SelectMany(row => new[] { row.By, row.To }).OfType<string>().Distinct(StringComparer.Ordinal)];
        var names = await accounts.NamesOf(reach.Tenant, users, cancel);
        return TypedResults.Ok(
            new AssignmentList([.. rows.Select(row => new AssignmentAnswer(row.At, Named(row.By), Named(row.To), row.Team))]));

        AssigneeAnswer? Named(string? user) => user is null ? null : new AssigneeAnswer(user, names.GetValueOrDefault(user));
    }

    private static string? Text(System.Data.Common.DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static readonly Statement Latest = new("""
        select at, by_user, assigned_to, team
        from messaging_assignment
        where tenant_id = @tenant_id
          and thread_id = @thread_id
        order by version desc
        limit @limit
        """);
}

/// <summary>The latest changes of who has a thread, the last one first.</summary>
internal sealed record AssignmentList(IReadOnlyList<AssignmentAnswer> Items);

/// <param name="At">When.</param>
/// <param name="By">Whose doing it was; null: the server's, by a rule, an absence or a target that had passed.</param>
/// <param name="AssignedTo">Who had it from then on; null: nobody by name.</param>
/// <param name="Team">Whose queue it was in from then on.</param>
internal sealed record AssignmentAnswer(DateTimeOffset At, AssigneeAnswer? By, AssigneeAnswer? AssignedTo, string? Team);
