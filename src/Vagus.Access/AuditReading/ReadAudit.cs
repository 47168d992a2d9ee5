using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Access.Tenants;
using Vagus.Kernel;

namespace Vagus.Access.AuditReading;

/// <summary>
/// <c>GET /api/audit</c> and <c>/api/audit/{index}</c>: the tenant's own log for its administrators. Each look is an entry itself.
/// </summary>
internal sealed class ReadAudit(AuditReader reader, AuditTrail trail, AuditSeal seal)
{
    internal const int Default = 50;
    internal const int Most = 200;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/api/audit", (HttpContext http, ReadAudit use) => use.Search(http))
            .Require(Policy.Admin)
            .Audits(AuditActions.ReadAudit);
        endpoints.MapGet("/api/audit/{index:long}", (long index, HttpContext http, ReadAudit use) => use.One(index, http))
            .Require(Policy.Admin)
            .Audits(AuditActions.ReadAudit);
    }

    private async Task<Results<Ok<AuditAnswer>, ProblemHttpResult>> Search(HttpContext http)
    {
        var (caller, query) = (http.Caller(), http.Request.Query);
        var asked = AuditQuery.Read(query);
        if (asked.Refusal is { } malformed) return malformed.ToProblem();
        var entry = AuditEntry.Of(AuditActions.ReadAudit, caller, AuditOrigin.Of(http)) with
        {
            On = asked.Value.Filter.Resource,
            Patients = asked.Value.Filter.Patient is { } patient ? [patient] : [],
            Detail = asked.Value.Filter.User is { } user && ChosenId.IsFhirId(user.Value) ? $"user={user}" : null,
        };
        var page = await reader.Search(
            caller.Tenant, asked.Value.Filter, asked.Value.Before, asked.Value.Count, http.RequestAborted);
        // After the search, so that an answer does not hold itself, and before it is shown.
        if (await trail.Append(caller.Tenant, entry) is { } unaudited) return unaudited.ToProblem();
        var proofs = asked.Value.WantsProof && page.Entries.Count > 0
            ? await Prove(caller.Tenant, page.Entries, http.RequestAborted) : null;
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new AuditAnswer(
            [.. page.Entries.Select((each, at) => AuditItem.Of(each, seal, caller.Tenant) with { Proof = proofs?.Of[at] })],
            page.Next?.ToString(CultureInfo.InvariantCulture),
            page.Size,
            proofs?.Checkpoint));
    }

    private async Task<Results<Ok<AuditItem>, NotFound, ProblemHttpResult>> One(long index, HttpContext http)
    {
        var caller = http.Caller();
        var entry = AuditEntry.Of(AuditActions.ReadAudit, caller, AuditOrigin.Of(http)) with { Detail = $"index={index}" };
        if (await trail.Append(caller.Tenant, entry) is { } unaudited) return unaudited.ToProblem();
        http.Response.Headers.CacheControl = "no-store";
        if (index < 0 || await reader.Find(caller.Tenant, index, http.RequestAborted) is not { } found) return TypedResults.NotFound();
        var item = AuditItem.Of(found, seal, caller.Tenant);
        if (http.Request.Query["proof"] != "true") return TypedResults.Ok(item);
        var proofs = await Prove(caller.Tenant, [found], http.RequestAborted);
        return TypedResults.Ok(item with { Proof = proofs.Of[0], Checkpoint = proofs.Checkpoint });
    }

    /// <summary>All of them against one head, read once: an entry that is shown is below it.</summary>
    private async ValueTask<Proofs> Prove(
        TenantId tenant, IReadOnlyList<RecordedEntry> entries, CancellationToken cancel)
    {
        var head = await reader.Head(tenant, cancel) ?? throw new InvalidOperationException("A log with entries has no head.");
        var proofs = new List<string[]>();
        foreach (var entry in entries)
            proofs.Add([.. (await reader.Inclusion(tenant, entry.Index, head.Size, cancel)).Select(Convert.ToBase64String)]);
        return new Proofs(proofs, AuditCheckpoint.TextOf(tenant, head.Size, new CompactRange(head.Size, head.Frontier).Root()));
    }

    private sealed record Proofs(IReadOnlyList<string[]> Of, string Checkpoint);
}
