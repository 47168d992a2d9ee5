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

    private static readonly Statement Ask = new("select count(*) from schema_migration");
}
