using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
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
/// <c>GET /api/critical-rules</c>: by which limits values are judged, each with its source, and whether a person of the organization has
/// approved them. <c>POST /api/critical-rules/approval { version }</c> approves exactly what was shown: a later change of a setting, or of
/// the house's list, takes the approval away. They are judged by also before.
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
        var shown = CriticalRulesAnswer.Of(limits, deltas);
        shown = shown with { Version = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(shown, Options))) };
        var approval = (await settings.Read(tenant, ApprovalSetting, cancel))?.Deserialize<RulesApproval>(Options);
        return approval?.Version == shown.Version ? shown with { ApprovedBy = approval.By, ApprovedAt = approval.At } : shown;
    }

    private static readonly Refusal Changed = new(
        RefusalKind.Conflict, "rules_changed", "The rules are others than those of this version.");
}

/// <summary>Who approved which rules, and when.</summary>
internal sealed record RulesApproval(string Version, string By, DateTimeOffset At);

/// <summary>By which rules values are judged in a tenant.</summary>
internal sealed record CriticalRulesAnswer(IReadOnlyList<ShownLimit> Limits, IReadOnlyList<ShownDelta> Deltas)
{
    /// <summary>Names these rules: another list has another version.</summary>
    public string Version { get; init; } = "";

    public bool IsApproved => ApprovedBy is not null;

    /// <summary>What stands before an approval; null after it.</summary>
    public string? Notice => IsApproved ? null : "To be approved by the laboratory director.";

    public string? ApprovedBy { get; init; }

    public DateTimeOffset? ApprovedAt { get; init; }

    public static CriticalRulesAnswer Of(JsonElement? limits, JsonElement? deltas)
    {
        var own = limits is { ValueKind: JsonValueKind.Object } set ? set.EnumerateObject().Select(entry => entry.Name).ToHashSet() : [];
        var codes = CriticalLimits.House.Keys.Union(own, StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return new CriticalRulesAnswer(
            [.. codes.SelectMany(code => CriticalLimits.For(code, limits).Select(limit => ShownLimit.Of(code, limit, own.Contains(code))))],
            [.. ShownDelta.Of(deltas)]);
    }
}

/// <summary>A limit of one LOINC code. <paramref name="Source"/> is the published one of the house's, or the organization.</summary>
internal sealed record ShownLimit(string Code, string Unit, decimal? Low, decimal? High, string Source)
{
    public string? LowReason { get; init; }

    public string? HighReason { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MinAgeDays { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxAgeDays { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Sex { get; init; }

    public static ShownLimit Of(string code, CriticalLimit limit, bool isOwn) =>
        new(code, limit.Unit, limit.Low, limit.High, isOwn ? "the organization" : CriticalLimits.Source)
        {
            LowReason = limit.Low is null ? null : limit.LowReason,
            HighReason = limit.High is null ? null : limit.HighReason,
            MinAgeDays = limit.MinAgeDays,
            MaxAgeDays = limit.MaxAgeDays,
            Sex = limit.Sex,
        };
}

/// <summary>A delta rule of one LOINC code.</summary>
internal sealed record ShownDelta(string Code, string Unit, decimal? Fall, decimal? Rise, int Hours, string Reason)
{
    public static IEnumerable<ShownDelta> Of(JsonElement? setting) =>
        setting is not { ValueKind: JsonValueKind.Object } own ? [] : own.EnumerateObject()
            .OrderBy(entry => entry.Name, StringComparer.Ordinal)
            .SelectMany(entry => CriticalDelta.In(own, entry.Name).Select(
                delta => new ShownDelta(entry.Name, delta.Unit, delta.Fall, delta.Rise, delta.Hours, delta.Reason)));
}
