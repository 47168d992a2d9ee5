using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Access.Tenants;
using Vagus.Access.Visibility;
using Vagus.Kernel;

namespace Vagus.Access.Settings;

/// <summary>
/// GET and PUT /api/admin/settings/{name}: a setting of the caller's own tenant, as JSON. This node follows a change at once, the others
/// within <see cref="TenantPolicies.MaxAge"/>.
/// </summary>
internal sealed class ChangeSetting(TenantSettings settings, TenantPolicies policies, IEnumerable<SettingRule> rules)
{
    // A setting's characters are counted again when it is set; a byte is never more than a character.
    private static readonly SmallJson Body = new(TenantSettings.MaxBytes * 3, maxDepth: 16)
    {
        NoJson = new Refusal(RefusalKind.Invalid, "invalid_request", "Send the setting as application/json."),
        TooLarge = new Refusal(
            RefusalKind.TooLarge, "setting_too_large", $"A setting has at most {TenantSettings.MaxBytes} characters."),
        BrokenText = new Refusal(RefusalKind.Invalid, "invalid_request", "A text holds U+0000 or half of a surrogate pair."),
    };

    public static void Map(IEndpointRouteBuilder admin)
    {
        admin.MapGet("/settings/{name}", (string name, HttpContext http, ChangeSetting use) => use.Show(name, http))
            .AuditsNothing("settings hold nothing of any patient");
        admin.MapPut("/settings/{name}", (string name, HttpContext http, ChangeSetting use) => use.Change(name, http))
            .WithMetadata(new AcceptsJson())
            .RequireFreshSignIn()
            .Audits(AuditActions.ChangeSetting);
    }

    private async Task<Results<ContentHttpResult, ProblemHttpResult>> Show(string name, HttpContext http)
    {
        if (!IsKnown(name)) return Unknown.ToProblem();
        var value = await settings.Read(http.Caller().Tenant, name, http.RequestAborted);
        return TypedResults.Text(value?.GetRawText() ?? "null", "application/json");
    }

    private async Task<Results<NoContent, ProblemHttpResult>> Change(string name, HttpContext http)
    {
        if (!IsKnown(name)) return Unknown.ToProblem();
        var value = await Body.Read(http.Request, http.RequestAborted);
        if (value.Refusal is { } unreadable) return unreadable.ToProblem();
        var set = await settings.Set(AuditActor.Of(http), http.Caller().Tenant, name, value.Value, http.RequestAborted);
        if (set.Refusal is { } refusal) return refusal.ToProblem();
        policies.Forget(http.Caller().Tenant);
        return TypedResults.NoContent();
    }

    /// <summary>Settings that some room reads; others would be kept and mean nothing.</summary>
    private bool IsKnown(string name) => rules.Any(rule => rule.Setting == name);

    private static readonly Refusal Unknown = new(RefusalKind.NotFound, "unknown_setting", "There is no such setting.");

    /// <summary>For the API description.</summary>
    private sealed class AcceptsJson : IAcceptsMetadata
    {
        public IReadOnlyList<string> ContentTypes { get; } = ["application/json"];

        public Type? RequestType => typeof(JsonElement);

        public bool IsOptional => false;
    }
}
