using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Fhir.Labels;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Reading;

/// <summary>
/// The statement that goes with copies of records under 42 CFR Part 2 which leave the organization's own screens (§2.32): those that a
/// service account or an app below scopes reads, and those that are exported or sent to a receiver, whoever asked for it. Its text is the
/// short one of §2.32(a)(2), or the tenant's setting.
/// </summary>
internal sealed class RedisclosureNotices(TenantSettings settings)
{
    public const string Setting = "redisclosure-notice";
    public const string Statement = "42 CFR part 2 prohibits unauthorized use or disclosure of these records.";
    private const int Longest = 1000;

    /// <summary>The statement for what is about to be shown; null where it needs none.</summary>
    public ValueTask<string?> For(FhirCall call, params IReadOnlyList<StoredResource> shown) => Of(call, IsCopy(call), shown);

    /// <summary>The same for what leaves the screens whoever asks for it. What patients take with them is their own.</summary>
    public ValueTask<string?> ForLeaving(FhirCall call, params IReadOnlyList<StoredResource> shown) =>
        Of(call, IsCopy(call) || call.Caller.Role != Role.Patient, shown);

    private async ValueTask<string?> Of(FhirCall call, bool isCopy, IReadOnlyList<StoredResource> shown)
    {
        if (!isCopy || !shown.Any(IsPart2)) return null;
        return await settings.Read(call.Caller.Tenant, Setting, call.Cancel) is { } setting && Refuse(setting) is null
            ? setting.GetString() : Statement;
    }

    /// <summary>The statement as FHIR has room for it beside a resource.</summary>
    public static byte[] OutcomeOf(string notice) =>
        OperationOutcome.Write(new FhirIssue(IssueSeverity.Information, "informational", notice));

    /// <summary>It stands in a header too, so it is of plain characters.</summary>
    public static Refusal? Refuse(JsonElement setting) =>
        setting.ValueKind == JsonValueKind.String && setting.GetString() is { Length: > 0 and <= Longest } text
            && text.All(letter => letter is >= ' ' and <= '~') && text.Trim().Length == text.Length
            ? null
            : new Refusal(
                RefusalKind.Invalid, "invalid_redisclosure_notice",
                $"The setting {Setting} is a text of at most {Longest} printable characters of ASCII.");

    private static bool IsCopy(FhirCall call) => call.Caller.Role == Role.Service || call.Reach.Ceiling is not null;

    // Rows from before there were categories have the bits of all of them: their bodies tell.
    private static bool IsPart2(StoredResource resource)
    {
        if (!resource.Labels.HasFlag(Sensitivity.Part2) || resource.Body is not { } body) return false;
        if (resource.Labels != Sensitivity.All) return true;
        using var document = JsonDocument.Parse(body);
        return SecurityLabels.CategoriesOf(document.RootElement).HasFlag(Sensitivity.Part2);
    }
}
