using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Access.Authorization;
using Vagus.Fhir.Profiles;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.R4.Validation;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Store;
using Vagus.Fhir.Writing;
using Vagus.Kernel;

namespace Vagus.Fhir.Interactions;

/// <summary>
/// POST [base]/[type]/$validate and [base]/[type]/[id]/$validate: what a create, an update or a delete would be told. The answer is 200
/// whatever the findings are; nothing is stored. Against a profile that is named (<c>profile</c>), those that the organization holds writes
/// to, and what it asks of references. The mode <c>profile</c> asks the one that is named alone.
/// </summary>
internal sealed class ValidateResource(
    FhirOptions options, FhirCalls calls, FhirReads reads, ProfilePolicy policy, ValidateProfiles profiles, ReferencePolicy references)
{
    public async Task<IResult> Answer(string type, string? id, HttpContext http)
    {
        var call = calls.Of(http);
        if (!R4Definitions.IsResourceType(type)) return FhirResponses.Refuse(FhirRefusals.UnknownType(type));
        var parameters = await OperationParameters.Read(http.Request, options.BodyBytes, call.Cancel);
        if (parameters.Refusal is { } unread) return FhirResponses.Refuse(unread);
        var (mode, profile) = (parameters.Value.Text("mode"), parameters.Value.Text("profile"));
        if (RefuseMode(mode, profile, id) is { } unfit) return FhirResponses.Refuse(unfit);
        if (profile is not null && !call.Reach.May(ResourceInteractions.Search, StoredDefinitions.Profile))
            return FhirResponses.Refuse(ProfileRefusals.Unknown(profile));
        if (mode == "delete") return Outcome(FhirWrites.RefuseDeleting(call, type) is { } kept ? [OperationOutcome.Of(kept)] : []);
        if (parameters.Value.Element("resource") is not { ValueKind: JsonValueKind.Object } resource)
            return FhirResponses.Refuse(NoResource);
        List<FhirIssue> findings = [.. Findings(call, type, id, mode, resource)];
        // Profiles and references are asked about valid R4 only.
        if (!findings.Exists(issue => issue.Severity == IssueSeverity.Error))
        {
            var further = await OfProfiles(call, profile, mode, resource);
            if (further.Refusal is { } unknown) return FhirResponses.Refuse(unknown);
            findings.AddRange(further.Value);
            var absent = mode == "profile" ? new List<FhirIssue>() : await OfReferences(call, type, mode == "create" ? null : id, resource);
            if (absent.Refusal is { } tooMany) return FhirResponses.Refuse(tooMany);
            findings.AddRange(absent.Value);
        }

        return Outcome(findings);
    }

    private static readonly Refusal NoResource =
        FhirRefusals.Invalid("The operation takes a resource, as the body or as a parameter named resource.");

    private static FhirResponse Outcome(IReadOnlyList<FhirIssue> findings) =>
        new(StatusCodes.Status200OK, OperationOutcome.Write(findings));

    private static Refusal? RefuseMode(string? mode, string? profile, string? id) => mode switch
    {
        null or "create" or "update" => null,
        "delete" when id is null => FhirRefusals.Invalid("The mode delete of $validate is asked of a resource: [type]/[id]/$validate."),
        "profile" when profile is null => FhirRefusals.Invalid("The mode profile of $validate takes a profile."),
        "delete" or "profile" => null,
        _ => FhirRefusals.NotSupported("The modes of $validate are create, update, delete and profile."),
    };

    /// <summary>Of the profile that is named, and of those that the resource claims, as far as a write would be told of them.</summary>
    private async ValueTask<Result<List<FhirIssue>>> OfProfiles(FhirCall call, string? profile, string? mode, JsonElement resource)
    {
        var tenant = call.Caller.Tenant;
        var findings = new List<FhirIssue>();
        if (profile is not null)
        {
            var named = await profiles.Run(tenant, profile, resource, call.Cancel);
            if (named.Refusal is { } refused) return refused;
            findings.AddRange(named.Value);
        }

        if (mode == "profile") return findings;
        var claimed = await profiles.OfClaims(tenant, await policy.Of(tenant, call.Cancel), resource, call.Cancel);
        if (claimed.Refusal is { } unfit) return unfit;
        findings.AddRange(claimed.Value.Except(findings));
        return findings;
    }

    private async ValueTask<Result<List<FhirIssue>>> OfReferences(FhirCall call, string type, string? id, JsonElement resource)
    {
        var rule = await references.Of(call.Caller.Tenant, call.Cancel);
        if (rule == ReferenceRule.Off) return new List<FhirIssue>();
        var absent = await reads.FindAbsent(call, rule, type, id, resource);
        return absent.Refusal is { } tooMany ? tooMany : absent.Value.ConvertAll(each => each.Issue);
    }

    private static IEnumerable<FhirIssue> Findings(FhirCall call, string type, string? id, string? mode, JsonElement resource)
    {
        if (PropertyText.Of(resource, "resourceType"u8) != type)
        {
            yield return new FhirIssue(IssueSeverity.Error, "invalid", $"The resource is not of type {type}.");
            yield break;
        }

        if (mode == "update" && id is not null && PropertyText.Of(resource, "id"u8) != id)
            yield return new FhirIssue(IssueSeverity.Error, "invalid", "The resource's id is not the id of the address.");
        foreach (var issue in ResourceValidator.Validate(resource, call.Own)) yield return issue;
    }
}
