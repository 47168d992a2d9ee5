using Microsoft.AspNetCore.Http;
using Vagus.Access.Authorization;
using Vagus.Fhir.Http;
using Vagus.Fhir.Store;
using Vagus.Fhir.Writing;
using Vagus.Kernel;

namespace Vagus.Fhir.Interactions;

/// <summary>POST [base]/[type] (R4 §3.1.0.8): the server makes the id.</summary>
internal sealed class CreateResource(FhirOptions options, FhirCalls calls, FhirWrites writes, IdSource ids)
{
    public async Task<IResult> Answer(string type, HttpContext http)
    {
        var call = calls.Of(http);
        var body = await RequestBody.ReadResource(http.Request, type, id: null, options.BodyBytes, call.Cancel);
        if (body.Refusal is { } unread) return FhirResponses.Refuse(unread);
        var resource = ResourcePreparation.OfBody(call, ResourceInteractions.Create, type, ids.NewId(), body.Value);
        if (resource.Refusal is { } invalid) return FhirResponses.Refuse(invalid);

        var stored = await writes.Create(call, resource.Value);
        return stored.Refusal is { } refused
            ? FhirResponses.Refuse(refused)
            : FhirResponses.Written(http.Request, call, StatusCodes.Status201Created, AsSent(stored.Value, resource.Value.Withheld));
    }

    /// <summary>The author of a Subscription is answered with the headers that every notification will carry (requirement 27).</summary>
    private static StoredResource AsSent(StoredResource stored, IReadOnlyList<string> withheld) =>
        withheld.Count == 0 || stored.Body is null ? stored : stored with { Body = SubscriptionBody.WithHeaders(stored.Body, withheld) };
}
