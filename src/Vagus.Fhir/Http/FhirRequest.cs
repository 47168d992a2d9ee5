using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Http;

/// <summary>What every interaction needs of its request: who calls, how far that reaches, and the address that clients use.</summary>
internal sealed record FhirRequest(HttpContext Http, Caller Caller, Reach Reach, string BaseUrl, TimeProvider Clock)
{
    // Made on demand: most reads do not need it.
    private OwnBases? own;

    /// <summary>What this request may still bring into memory.</summary>
    public required BodyBudget Bodies { get; init; }

    /// <summary>The addresses that are this server's: the configured ones and that by which this request came.</summary>
    public OwnBases Own => own ??= Http.RequestServices.GetRequiredService<OwnBases>().With(BaseOf(Http.Request));

    public CancellationToken Cancel => Http.RequestAborted;

    public static FhirRequest Of(HttpContext http, FhirOptions options)
    {
        var caller = http.Caller();
        var clock = http.RequestServices.GetRequiredService<TimeProvider>();
        return new FhirRequest(http, caller, http.Reach(), options.BaseUrl ?? BaseOf(http.Request), clock)
        {
            Bodies = new BodyBudget(options.AnswerBytes),
        };
    }

    /// <summary>The address of <c>/fhir</c> as this request named it.</summary>
    public static string BaseOf(HttpRequest request) => $"{request.Scheme}://{request.Host}{request.PathBase}/fhir";

    /// <summary>Refuses an unknown type (404) and one that the caller's role never reads (403: which types exist is no secret).</summary>
    public Refusal? RefuseRead(string type)
    {
        if (!R4Definitions.IsResourceType(type)) return FhirRefusals.UnknownType(type);
        return Reach.MayRead(type) ? null : FhirRefusals.Forbidden;
    }

    public Refusal? RefuseWrite(string type)
    {
        if (!R4Definitions.IsResourceType(type)) return FhirRefusals.UnknownType(type);
        return Reach.MayWrite(type) ? null : FhirRefusals.Forbidden;
    }

    public string LocationOf(StoredResource resource) => $"{BaseUrl}/{resource.Type}/{resource.Id}/_history/{resource.Version}";
}
