using Vagus.Access.Audit.Anchors;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Server;

/// <summary>
/// GET /health/ready: the database answers and takes writes, storage has not failed, and the server has not been told to stop: while it
/// drains it still answers requests, and new ones belong to other nodes. A process that serves some roles says which: others may wait for
/// it.
/// </summary>
internal static class Readiness
{
    public static async Task<IResult> Answer(
        Database database, Availability availability, ServerOptions options, CancellationToken cancel)
    {
        if (!availability.TakesCallers) return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        await database.QueryOne(Ask, [], row => row.GetInt64(0), cancel);
        if (await PostgresSafety.IsReadOnly(database, cancel)) return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        return options.Roles == ServerRoles.All ? Results.Ok() : Results.Ok(new { Roles = RoleNames.Of(options.Roles) });
    }

    /// <summary>
    /// The same for operators, with the age of the audit's anchors in seconds. A sink that takes none does not make the server unready.
    /// </summary>
    public static async Task<IResult> AnswerInDetail(
        Database database, Availability availability, AnchorOptions anchors, ServerOptions options, TimeProvider clock,
        CancellationToken cancel)
    {
        if (!availability.TakesCallers) return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        if (await PostgresSafety.IsReadOnly(database, cancel)) return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
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

/// <summary>Whether this process takes new callers; the same for its public and its management address.</summary>
internal sealed class Availability(StorageFailure failure, IHostApplicationLifetime lifetime)
{
    public bool TakesCallers => !failure.HasFailed && !lifetime.ApplicationStopping.IsCancellationRequested;
}
