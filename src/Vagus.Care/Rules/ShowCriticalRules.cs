using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Access.Tenants;
using Vagus.Care.Deriving;
using Vagus.Care.Requests;
using Vagus.Kernel;

namespace Vagus.Care.Rules;

/// <summary>
/// <c>GET /api/critical-rules</c>: by which limits values are judged, and which findings of imaging are critical, each with its source;
/// what the laboratory director has to set; and whether a person of the organization has approved them. <c>POST
/// /api/critical-rules/approval { version }</c> approves exactly what was shown: a later change of a setting, or of the house's list, takes
/// the approval away. They are judged by also before.
/// </summary>
internal sealed class ShowCriticalRules(TenantSettings settings, TimeProvider clock)
{
    private const string ApprovalSetting = "critical-rules-approval";
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);
    private static readonly Role[] Approving = [Role.Lab, Role.Admin];

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var rules = endpoints.MapGroup("/api/critical-rules").RecordsRefusals();
        rules.MapGet("/", (HttpContext http, ShowCriticalRules use) => use.Show(http))
            .RequireCaller(Role.Provider, Role.Nurse, Role.MedicalAssistant, Role.Lab, Role.Admin)
            .AuditsNothing("it holds nothing of any patient");
        rules.MapPost("/approval", (HttpContext http, ShowCriticalRules use) => use.Approve(http))
            .RequireCaller(Approving)
            .Audits(AuditActions.ApproveRules);
    }

    private async Task<Ok<CriticalRulesAnswer>> Show(HttpContext http) =>
        TypedResults.Ok(await Now(http.Caller().Tenant, http.RequestAborted));

    private async Task<Results<Ok<CriticalRulesAnswer>, ProblemHttpResult>> Approve(HttpContext http)
    {
        var fields = await BodyFields.Read(http.Request, ["version"], http.RequestAborted);
        if (fields.Refusal is { } unreadable) return unreadable.ToProblem();
        var version = fields.Value.Text("version");
        if (version.Refusal is { } invalid) return invalid.ToProblem();
        var caller = http.Caller();
        if ((await Now(caller.Tenant, http.RequestAborted)).Version != version.Value) return Changed.ToProblem();
        var approval = new RulesApproval(version.Value, caller.User.Value, clock.GetUtcNow());
        var set = await settings.Set(
            AuditActor.Of(http), caller.Tenant, ApprovalSetting, JsonSerializer.SerializeToElement(approval, Options), http.RequestAborted,
            AuditActions.ApproveRules);
        return set.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.Ok(await Now(caller.Tenant, http.RequestAborted));
    }

    private async ValueTask<CriticalRulesAnswer> Now(TenantId tenant, CancellationToken cancel)
    {
        var limits = await settings.Read(tenant, CriticalLimits.Setting, cancel);
        var deltas = await settings.Read(tenant, CriticalDelta.Setting, cancel);
        var findings = await settings.Read(tenant, CriticalFindings.Setting, cancel);
        var shown = CriticalRulesAnswer.Of(limits, deltas, findings);
        shown = shown with { Version = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(shown, Options))) };
        var approval = (await settings.Read(tenant, ApprovalSetting, cancel))?.Deserialize<RulesApproval>(Options);
        return approval?.Version == shown.Version ? shown with { ApprovedBy = approval.By, ApprovedAt = approval.At } : shown;
    }

    private static readonly Refusal Changed = new(
        RefusalKind.Conflict, "rules_changed", "The rules are others than those of this version.");
}

/// <summary>Who approved which rules, and when.</summary>
internal sealed record RulesApproval(string Version, string By, DateTimeOffset At);
