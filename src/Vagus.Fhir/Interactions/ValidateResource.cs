using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Access.Authorization;
using Vagus.Fhir.Profiles;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.R4.Validation;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Interactions;

/// <summary>
/// POST [base]/[type]/$validate and [base]/[type]/[id]/$validate: what a create or an update would be told of the resource. The answer is
/// 200 whatever the findings are; nothing is stored. Against a profile that is named (<c>profile</c>), and those that the organization
/// holds writes to.
/// </summary>
internal sealed class ValidateResource(FhirOptions options, FhirCalls calls, ProfilePolicy policy, ValidateProfiles profiles)
{
    public async Task<IResult> Answer(string type, string? id, HttpContext http)
    {
        var call = calls.Of(http);
        if (!R4Definitions.IsResourceType(type)) return FhirResponses.Refuse(FhirRefusals.UnknownType(type));
        var parameters = await OperationParameters.Read(http.Request, options.BodyBytes, call.Cancel);
        if (parameters.Refusal is { } unread) return FhirResponses.Refuse(unread);
        var profile = parameters.Value.Text("profile");
        if (profile is not null && !call.Reach.May(ResourceInteractions.Search, StoredDefinitions.Profile))
            return FhirResponses.Refuse(ProfileRefusals.Unknown(profile));
        var mode = parameters.Value.Text("mode");
        if (mode is not (null or "create" or "update"))
            return FhirResponses.Refuse(FhirRefusals.NotSupported("The modes of $validate are create and update."));
        if (parameters.Value.Element("resource") is not { ValueKind: JsonValueKind.Object } resource)
            return FhirResponses.Refuse(FhirRefusals.Invalid("The operation takes a resource, as the body or as a parameter named resource."));
        List<FhirIssue> findings = [.. Findings(call, type, id, mode, resource)];
        // Profiles are asked about valid R4 only.
        if (!findings.Exists(issue => issue.Severity == IssueSeverity.Error))
        {
            var further = await OfProfiles(call, profile, resource);
            if (further.Refusal is { } unknown) return FhirResponses.Refuse(unknown);
            findings.AddRange(further.Value);
        }

        return new FhirResponse(StatusCodes.Status200OK, OperationOutcome.Write([.. findings]));
    }

    /// <summary>Of the profile that is named, and of those that the resource claims, as far as a write would be told of them.</summary>
    private async ValueTask<Result<List<FhirIssue>>> OfProfiles(FhirCall call, string? profile, JsonElement resource)
    {
        var tenant = call.Caller.Tenant;
        var findings = new List<FhirIssue>();
        if (profile is not null)
        {
            var named = await profiles.Run(tenant, profile, resource, call.Cancel);
            if (named.Refusal is { } refused) return refused;
            findings.AddRange(named.Value);
        }

        var claimed = await profiles.OfClaims(tenant, await policy.Of(tenant, call.Cancel), resource, call.Cancel);
        if (claimed.Refusal is { } unfit) return unfit;
        findings.AddRange(claimed.Value.Except(findings));
        return findings;
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
