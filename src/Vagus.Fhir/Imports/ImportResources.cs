using System.Data.Common;
using System.Security.Cryptography;
using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Access.Tenants;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Fhir.Writing;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Imports;

/// <summary>
/// Imports a file of NDJSON, one resource a line, as the tenant's operator: those with an id under it, as a PUT would. Some lines at a
/// time are one commit together with the place behind them, so that an import that was broken off goes on where it was and stores nothing
/// twice. A line that is refused, or at which the server fails, is told and passed; a failure of the database or the file ends the import.
/// </summary>
public sealed class ImportResources
{
    private const int LinesPerPart = 200;
    private const int PartBytes = 4 * 1024 * 1024;
    private static readonly Refusal NoTenant = new(RefusalKind.NotFound, "tenant_not_found", "There is no such tenant.");
    private readonly FhirOptions options;
    private readonly FhirWrites writes;
    private readonly Database database;
    private readonly IdSource ids;
    private readonly OwnBases own;
    private readonly TimeProvider clock;

    internal ImportResources(FhirOptions options, FhirWrites writes, Database database, IdSource ids, OwnBases own, TimeProvider clock)
    {
        (this.options, this.writes, this.database) = (options, writes, database);
        (this.ids, this.own, this.clock) = (ids, own, clock);
    }

    /// <param name="tenant">Whose resources they become.</param>
    /// <param name="file">Read twice: for its hash, and for its lines.</param>
    /// <param name="told">Called after each commit.</param>
    /// <param name="refused">Called for each line that is not stored.</param>
    /// <param name="cancel">Ends the import behind its last commit.</param>
    public async ValueTask<Result<ImportProgress>> Run(
        TenantId tenant, Stream file, Action<ImportProgress> told, Action<RefusedLine> refused, CancellationToken cancel)
    {
        if (await database.QueryOne(ImportTables.CountTenants, [tenant.Value], row => row.GetInt64(0), cancel) == 0) return NoTenant;
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancel));
        var progress = await database.QueryOne(ImportTables.Find, [tenant.Value, hash], ImportTables.Of, cancel)
            ?? new ImportProgress(0, 0, 0, 0, Done: false);
        if (progress.Done) return progress;
        file.Position = progress.Place;
        var lines = new FileLines(file, options.BodyBytes);
        var call = CallOf(tenant, cancel);
        while (!progress.Done)
        {
            cancel.ThrowIfCancellationRequested();
            var part = await lines.Next(LinesPerPart, PartBytes, cancel);
            var stored = await Store(call, hash, progress, part, refused);
            if (stored.Refusal is { } failed) return failed;
            progress = stored.Value;
            told(progress);
        }

        return progress;
    }

    private async ValueTask<Result<ImportProgress>> Store(
        FhirCall call, string hash, ImportProgress before, IReadOnlyList<FileLine> part, Action<RefusedLine> refused)
    {
        var lines = part.Where(line => !line.IsBlank).Select(line => (Line: line, Resource: Prepare(call, line))).ToList();
        var stored = lines.Where(each => !each.Resource.IsRefused).Select(each => each.Resource.Value).ToList();
        var after = new ImportProgress(
            before.Place + part.Sum(line => line.Bytes), before.Lines + part.Count, before.Stored + stored.Count,
            before.Refused + lines.Count - stored.Count, Done: part.Count == 0);
        var whole = await TryWrite(call, hash, after, stored);
        // Where one of them is refused in its turn, or fails, all of them are undone.
        if (whole.Refusal is { Kind: not RefusalKind.Unavailable }) return await OneByOne(call, hash, before, part, refused);
        if (whole.IsRefused) return whole;
        for (var index = 0; index < part.Count; index++)
        {
            if (lines.Find(each => each.Line == part[index]) is { Line: not null, Resource.Refusal: { } cause })
                Tell(refused, before.Lines + index + 1, cause);
        }

        return whole;
    }

    /// <summary>Each line and the place behind it in a commit of its own.</summary>
    private async ValueTask<Result<ImportProgress>> OneByOne(
        FhirCall call, string hash, ImportProgress before, IReadOnlyList<FileLine> part, Action<RefusedLine> refused)
    {
        var progress = before;
        foreach (var line in part)
        {
            var next = progress with { Place = progress.Place + line.Bytes, Lines = progress.Lines + 1 };
            var resource = line.IsBlank ? (Result<PreparedResource>?)null : Prepare(call, line);
            var cause = resource?.Refusal;
            if (resource is { IsRefused: false } valid)
            {
                var alone = await TryWrite(call, hash, next with { Stored = next.Stored + 1 }, [valid.Value]);
                if (alone is { IsRefused: true, Refusal.Kind: RefusalKind.Unavailable }) return alone;
                cause = alone.Refusal;
                if (cause is null) progress = alone.Value;
            }

            if (cause is not null) Tell(refused, next.Lines, cause);
            if (progress.Lines == next.Lines) continue;
            var passed = await Write(call, hash, next with { Refused = next.Refused + (cause is null ? 0 : 1) }, []);
            if (passed.IsRefused) return passed;
            progress = passed.Value;
        }

        return progress;
    }

    /// <summary>A defect that the resources meet is a refusal of them: it would come again in every run, and hold up the rest.</summary>
    private async ValueTask<Result<ImportProgress>> TryWrite(
        FhirCall call, string hash, ImportProgress after, IReadOnlyList<PreparedResource> resources)
    {
        try
        {
            return await Write(call, hash, after, resources);
        }
        catch (Exception cause) when (IsOfResource(cause))
        {
            return Failed(cause);
        }
    }

    private static bool IsOfResource(Exception cause) =>
        cause is not (OperationCanceledException or DbException or IOException or TimeoutException);

    private static Refusal Failed(Exception cause) =>
        new(RefusalKind.Unprocessable, "exception", $"The server failed at the resource ({FailureName.Of(cause)}).");

    private ValueTask<Result<ImportProgress>> Write(
        FhirCall call, string hash, ImportProgress after, IReadOnlyList<PreparedResource> resources) => writes.Run(
        call,
        async transaction =>
        {
            var put = await Put(transaction, resources);
            if (put.Refusal is { } refused) return refused;
            await transaction.Keep(
                ImportTables.Keep,
                [
                    call.Caller.Tenant.Value, hash, after.Place, after.Lines, after.Stored, after.Refused, after.Done,
                    transaction.At.ToMicroseconds(),
                ]);
            return (Result<ImportProgress>)after;
        });

    private static async ValueTask<Result<bool>> Put(FhirTransaction transaction, IReadOnlyList<PreparedResource> resources)
    {
        foreach (var resource in resources)
        {
            var put = await transaction.Put(resource, default);
            if (put.Refusal is { } refused) return refused;
        }

        return true;
    }

    private Result<PreparedResource> Prepare(FhirCall call, FileLine line)
    {
        try
        {
            return Read(call, line);
        }
        catch (Exception cause) when (IsOfResource(cause))
        {
            return Failed(cause);
        }
    }

    private Result<PreparedResource> Read(FhirCall call, FileLine line)
    {
        if (line.IsTooLong) return FhirRefusals.TooLarge(options.BodyBytes);
        var parsed = FhirJson.ParseResource(line.Text);
        if (parsed.Refusal is { } malformed) return malformed;
        using var document = parsed.Value;
        var type = PropertyText.Of(document.RootElement, "resourceType"u8) ?? "";
        var id = PropertyText.Of(document.RootElement, "id"u8);
        if (id is not null && !ResourceId.IsValid(id)) return ResourceId.Invalid;
        return ResourcePreparation.OfBody(
            call, id is null ? ResourceInteractions.Create : ResourceInteractions.Update, type, id ?? ids.NewId(), line.Text);
    }

    private static void Tell(Action<RefusedLine> refused, long number, Refusal? cause)
    {
        var reason = cause is InvalidResource invalid
            ? string.Join("; ", invalid.Issues.Take(5).Select(issue => $"{issue.Expression}: {issue.Diagnostics}")) : cause?.Message;
        refused(new RefusedLine(number, reason ?? ""));
    }

    private FhirCall CallOf(TenantId tenant, CancellationToken cancel)
    {
        var operators = new Caller(tenant, new UserId("operator"), Role.Admin, new SessionId("import")) { SeesLabels = Sensitivity.All };
        return new FhirCall(operators, Reach.Of(operators, TenantNarrowing.None, ceiling: null), options.BaseUrl ?? "", own, clock)
        {
            Bodies = new BodyBudget(0), Cancel = cancel,
        };
    }
}
