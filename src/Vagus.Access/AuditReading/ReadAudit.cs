using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Audit.Proofs;
using Vagus.Access.Policies;
using Vagus.Access.Tenants;
using Vagus.Kernel;

namespace Vagus.Access.AuditReading;

/// <summary>
/// <c>GET /api/audit</c>, <c>/api/audit/{index}</c> and its <c>/proof</c>: the tenant's own log for its administrators. Each look is an
/// entry itself.
/// </summary>
internal sealed class ReadAudit(AuditReader reader, AuditProofs proofs, AuditTrail trail, AuditSeal seal)
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
        endpoints.MapGet("/api/audit/{index:long}/proof", (long index, HttpContext http, ReadAudit use) => use.Proof(index, http))
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
        var proven = asked.Value.WantsProof ? await Prove(caller.Tenant, page.Entries, http.RequestAborted) : null;
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new AuditAnswer(
            [.. page.Entries.Select((each, at) => AuditItem.Of(each, seal, caller.Tenant) with { Proof = proven?.Of[at] })],
            page.Next?.ToString(CultureInfo.InvariantCulture),
            page.Size,
            proven?.Checkpoint));
    }

    private async Task<Results<Ok<AuditItem>, NotFound, ProblemHttpResult>> One(long index, HttpContext http)
    {
        var caller = http.Caller();
        if (await Record(http, caller, index) is { } unaudited) return unaudited.ToProblem();
        http.Response.Headers.CacheControl = "no-store";
        if (index < 0 || await reader.Find(caller.Tenant, index, http.RequestAborted) is not { } found) return TypedResults.NotFound();
        var item = AuditItem.Of(found, seal, caller.Tenant);
        if (http.Request.Query["proof"] != "true") return TypedResults.Ok(item);
        var proven = await Prove(caller.Tenant, [found], http.RequestAborted);
        return TypedResults.Ok(item with { Proof = proven.Of[0], Checkpoint = proven.Checkpoint });
    }

    /// <summary>The file that the verifier takes, which needs nothing of this server.</summary>
    private async Task<Results<FileContentHttpResult, ProblemHttpResult>> Proof(long index, HttpContext http)
    {
        var caller = http.Caller();
        if (await Record(http, caller, index) is { } unaudited) return unaudited.ToProblem();
        http.Response.Headers.CacheControl = "no-store";
        var proof = await proofs.Inclusion(caller.Tenant, index, http.RequestAborted);
        if (proof.Refusal is { } refusal) return refusal.ToProblem();
        var name = string.Create(CultureInfo.InvariantCulture, $"{caller.Tenant.Value}-{index}.tlog-proof");
        return TypedResults.File(Encoding.UTF8.GetBytes(proof.Value.ToText()), "text/plain; charset=utf-8", name);
    }

    private Task<Refusal?> Record(HttpContext http, Caller caller, long index) => trail.Append(
        caller.Tenant, AuditEntry.Of(AuditActions.ReadAudit, caller, AuditOrigin.Of(http)) with { Detail = $"index={index}" });

    /// <summary>All of them against the newest signed checkpoint; entries of its last second are not proved yet.</summary>
    private async ValueTask<Proven> Prove(TenantId tenant, IReadOnlyList<RecordedEntry> entries, CancellationToken cancel)
    {
        var (checkpoint, paths) = await proofs.Inclusions(tenant, [.. entries.Select(entry => entry.Index)], cancel);
        return new Proven([.. paths.Select(path => path?.Select(Convert.ToBase64String).ToArray())], checkpoint);
    }

    private sealed record Proven(IReadOnlyList<string[]?> Of, string? Checkpoint);
}
