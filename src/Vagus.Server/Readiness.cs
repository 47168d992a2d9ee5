using Vagus.Access.Audit.Anchors;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Server;

/// <summary>GET /health/ready: the database answers and storage has not failed.</summary>
internal static class Readiness
{
    public static async Task<IResult> Answer(Database database, StorageFailure failure, CancellationToken cancel)
    {
        if (failure.HasFailed) return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        await database.QueryOne(Ask, [], row => row.GetInt64(0), cancel);
        return Results.Ok();
    }

    /// <summary>
    /// The same for operators, with the age of the audit's anchors in seconds. A sink that takes none does not make the server unready.
    /// </summary>
    public static async Task<IResult> AnswerInDetail(
        Database database, StorageFailure failure, AnchorOptions anchors, TimeProvider clock, CancellationToken cancel)
    {
        if (failure.HasFailed) return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        var ages = await AnchorAges.Read(database, anchors, clock.GetUtcNow(), cancel);
        return Results.Ok(new
        {
            AuditAnchors = ages.Select(age => new
            {
                age.Sink,
                LastAnchorSeconds = age.LastAnchor is { } last ? (long?)last.TotalSeconds : null,
                WaitingSeconds = (long)age.Waiting.TotalSeconds,
            }),
        });
    }

    private static readonly Statement Ask = new("select count(*) from schema_migration");
}
