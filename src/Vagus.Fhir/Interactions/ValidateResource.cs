using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.R4.Validation;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Interactions;

/// <summary>
/// POST [base]/[type]/$validate and [base]/[type]/[id]/$validate: what a create or an update would be told of the resource. The answer is
/// 200 whatever the findings are; nothing is stored.
/// </summary>
internal sealed class ValidateResource(FhirOptions options, FhirCalls calls)
{
    public async Task<IResult> Answer(string type, string? id, HttpContext http)
    {
        var call = calls.Of(http);
        if (!R4Definitions.IsResourceType(type)) return FhirResponses.Refuse(FhirRefusals.UnknownType(type));
        var parameters = await OperationParameters.Read(http.Request, options.BodyBytes, call.Cancel);
        if (parameters.Refusal is { } unread) return FhirResponses.Refuse(unread);
        if (parameters.Value.Text("profile") is not null)
            return FhirResponses.Refuse(FhirRefusals.NotSupported("Profiles are not validated."));
        var mode = parameters.Value.Text("mode");
        if (mode is not (null or "create" or "update"))
            return FhirResponses.Refuse(FhirRefusals.NotSupported("The modes of $validate are create and update."));
        if (parameters.Value.Element("resource") is not { ValueKind: JsonValueKind.Object } resource)
            return FhirResponses.Refuse(FhirRefusals.Invalid("The operation takes a resource, as the body or as a parameter named resource."));
        return new FhirResponse(StatusCodes.Status200OK, OperationOutcome.Write([.. Findings(call, type, id, mode, resource)]));
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
