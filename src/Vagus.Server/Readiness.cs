using Vagus.Access.Audit.Anchors;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Server;

/// <summary>
/// GET /health/ready: the database answers and storage has not failed. A process that serves some roles says which: others may wait for it.
/// </summary>
internal static class Readiness
{
    public static async Task<IResult> Answer(
        Database database, StorageFailure failure, ServerOptions options, CancellationToken cancel)
    {
        if (failure.HasFailed) return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        await database.QueryOne(Ask, [], row => row.GetInt64(0), cancel);
        return options.Roles == ServerRoles.All ? Results.Ok() : Results.Ok(new { Roles = RoleNames.Of(options.Roles) });
    }

    /// <summary>
    /// The same for operators, with the age of the audit's anchors in seconds. A sink that takes none does not make the server unready.
    /// </summary>
    public static async Task<IResult> AnswerInDetail(
        Database database, StorageFailure failure, AnchorOptions anchors, ServerOptions options, TimeProvider clock,
        CancellationToken cancel)
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
            Roles = RoleNames.Of(options.Roles),
        });
    }

    private static readonly Statement Ask = new("select count(*) from schema_migration");
}
