using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Server.Checkup;

/// <summary>Emergency accesses (break-glass) of all tenants that wait for their review.</summary>
internal static class ReviewCheck
{
    private static readonly TimeSpan ReviewWithin = TimeSpan.FromHours(72);

    public static async ValueTask<Finding> Look(Database database, DateTimeOffset now, CancellationToken cancel)
    {
        const string Subject = "reviews";
        var (waiting, overdue) = await database.QueryOne(
            AskWaiting, [(now - ReviewWithin).ToMicroseconds()], row => (row.GetInt64(0), row.GetInt64(1)), cancel);
        var found = $"{waiting} emergency accesses wait for review, {overdue} of them for more than {ReviewWithin.TotalHours:0} hours";
        return overdue == 0
            ? Finding.Ok(Subject, found)
            : Finding.Warn(Subject, found, "Remind the administrators: GET /api/admin/break-glass?state=open lists those of a tenant.");
    }

    private static readonly Statement AskWaiting = new("""
        select count(*), coalesce(sum(case when begun_at < @before then 1 else 0 end), 0)
        from access_break_glass
        where reviewed_at is null
        """);
}
