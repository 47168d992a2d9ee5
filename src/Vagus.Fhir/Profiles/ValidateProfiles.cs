using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Profiles;

/// <summary>
/// Validates resources against profiles that a tenant has stored, and against R4's, by Firely's validator. It works apart from the turn of
/// a write, two resources at a time and one of a tenant, and not longer than <see cref="Limit"/>. Compiled profiles are kept until one of
/// the definitions that they stand on is another version.
/// </summary>
internal sealed partial class ValidateProfiles(
    ReadProfiles profiles, R4Specification r4, TimeProvider clock, ILogger<ValidateProfiles> logger) : IDisposable
{
    /// <summary>UTF-8 bytes of a resource.</summary>
    public const int LargestResource = 1024 * 1024;

    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>For all that one write claims, in all its turns.</summary>
    public static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(60);

    // Each holds the schemas of what it has met: some megabytes.
    private const int MostKept = 16;

    private readonly ValidationSlots slots = new();
    private readonly ConcurrentDictionary<(string Tenant, string Profile), Kept> known = new();

    /// <summary>The findings; a profile that is not known, or cannot be applied, is refused.</summary>
    public ValueTask<Result<List<FhirIssue>>> Run(TenantId tenant, string profile, JsonElement resource, CancellationToken cancel) =>
        Run(tenant, profile, resource, Limit, cancel);

    private async ValueTask<Result<List<FhirIssue>>> Run(
        TenantId tenant, string profile, JsonElement resource, TimeSpan limit, CancellationToken cancel)
    {
        var json = resource.GetRawText();
        if (json.Length > LargestResource) return ProfileRefusals.TooLarge;
        if (!await profiles.Has(tenant, profile, cancel)) return ProfileRefusals.Unknown(profile);
        var read = await profiles.Run(tenant, profile, cancel);
        if (read.Refusal is { } tooLarge) return tooLarge;
        if (!await slots.Take(tenant, limit, cancel)) return ProfileRefusals.Busy;
        var work = Task.Run(() => Work(tenant, profile, read.Value, json), CancellationToken.None);
        try
        {
            return await work.WaitAsync(limit, clock, cancel);
        }
        catch (TimeoutException)
        {
            // The work cannot be ended from outside: it keeps its slot until it is done.
            return ProfileRefusals.TooSlow;
        }
    }

    /// <summary>Why a write is not valid by the profiles that it claims; null where it is.</summary>
    public async ValueTask<Refusal?> Check(TenantId tenant, ClaimedProfiles claims, CancellationToken cancel)
    {
        claims.Asked += claims.Open.Sum(resource => ClaimedProfiles.Of(resource).Count);
        if (claims.Asked > ClaimedProfiles.MostOfWrite) return ProfileRefusals.TooMany;
        var began = claims.Began ??= clock.GetTimestamp();
        foreach (var resource in claims.Open)
        {
            var findings = await OfClaims(tenant, claims.Rule, resource, () => WriteLimit - clock.GetElapsedTime(began), cancel);
            if (findings.Refusal is { } refused) return refused;
            if (findings.Value.Exists(issue => issue.Severity == IssueSeverity.Error)) return new InvalidResource(findings.Value);
            claims.Validated(resource);
        }

        return null;
    }

    /// <summary>The findings on all that a resource claims. A claim that is not known here is one of them, where all must hold.</summary>
    public ValueTask<Result<List<FhirIssue>>> OfClaims(
        TenantId tenant, ClaimRule rule, JsonElement resource, CancellationToken cancel)
    {
        var began = clock.GetTimestamp();
        return OfClaims(tenant, rule, resource, () => WriteLimit - clock.GetElapsedTime(began), cancel);
    }

    private async ValueTask<Result<List<FhirIssue>>> OfClaims(
        TenantId tenant, ClaimRule rule, JsonElement resource, Func<TimeSpan> left, CancellationToken cancel)
    {
        var findings = new List<FhirIssue>();
        if (rule == ClaimRule.Off) return findings;
        var claims = ClaimedProfiles.Of(resource);
        if (claims.Count > ClaimedProfiles.MostOfResource) return ProfileRefusals.TooMany;
        foreach (var claim in claims)
        {
            var rest = left();
            if (rest <= TimeSpan.Zero) return ProfileRefusals.WriteTooSlow;
            var found = await Run(tenant, claim, resource, rest < Limit ? rest : Limit, cancel);
            if (found.Refusal is { Kind: RefusalKind.NotFound } unknown)
            {
                if (rule == ClaimRule.All)
                    findings.Add(new FhirIssue(IssueSeverity.Error, "not-found", unknown.Message, $"{TypeOf(resource)}.meta.profile"));
                continue;
            }

            if (found.Refusal is { } refused) return refused;
            findings.AddRange(found.Value);
        }

        return findings;
    }

    public void Dispose() => slots.Dispose();

    private async Task<Result<List<FhirIssue>>> Work(TenantId tenant, string profile, List<StoredDefinition> definitions, string json)
    {
        try
        {
            var compiled = await Compiled((tenant.Value, profile), definitions);
            return compiled.Refusal is { } refused ? refused : compiled.Value.Validate(json);
        }
        catch (Exception cause)
        {
            // A definition from outside may break the library in any way. Types alone are logged: messages may hold values of the resource.
            Log.Unfit(logger, tenant.Value, FailureName.Of(cause));
            return ProfileRefusals.Unfit;
        }
        finally
        {
            slots.GiveBack(tenant);
        }
    }

    private async Task<Result<CompiledProfile>> Compiled((string Tenant, string Profile) key, List<StoredDefinition> definitions)
    {
        var versions = string.Join(' ', definitions.Select(each => $"{each.Rid}/{each.Version}"));
        if (known.TryGetValue(key, out var kept) && kept.Versions == versions) return kept.Profile;
        var made = await CompiledProfile.Make(key.Profile, definitions, r4);
        if (made.IsRefused) return made;
        if (known.Count >= MostKept) known.Clear();
        known[key] = new Kept(versions, made.Value);
        return made;
    }

    private static string TypeOf(JsonElement resource) => PropertyText.Of(resource, "resourceType"u8) ?? "Resource";

    private sealed record Kept(string Versions, CompiledProfile Profile);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Tenant {Tenant}: a profile could not be applied ({Cause})")]
        public static partial void Unfit(ILogger logger, string tenant, string cause);
    }
}
