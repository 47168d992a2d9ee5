using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Vagus.Access.Authorization;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Http;

/// <summary>Makes the call from its HTTP request. Behind it nothing reads the request but the endpoint itself.</summary>
internal sealed class FhirCalls(FhirOptions options, OwnBases own, TimeProvider clock)
{
    // A host has 253 characters at most.
    private const int LongestAddress = 300;

    public FhirCall Of(HttpContext http)
    {
        var (caller, request) = (http.Caller(), http.Request);
        var cameBy = CameBy(request);
        return new FhirCall(caller, http.Reach(), BaseUrlOf(request), cameBy is null ? own : own.With(cameBy), clock)
        {
            CameBy = cameBy,
            Bodies = new BodyBudget(options.AnswerBytes),
            Parameters = http.Features.Get<SearchParameterSet>() ?? SearchParameterSet.R4,
            LinkQuery = Formats.LinkQueryOf(http),
            Handling = Preferences.HandlingOf(request),
            IsHeadersOnly = HttpMethods.IsHead(request.Method),
            Trace = Activity.Current?.Id,
            Origin = AuditOrigin.Of(http),
            Cancel = http.RequestAborted,
        };
    }

    /// <summary>What the server writes in consequence of what a caller did elsewhere.</summary>
    public FhirCall AsServer(Caller by, AuditOrigin origin, CancellationToken cancel) =>
        FhirCall.AsServer(by, origin, options, own, clock, cancel);

    /// <summary>The address that links in an answer to this request begin with.</summary>
    public string BaseUrlOf(HttpRequest request) => options.BaseUrl ?? AddressOf(request);

    // What a client made longer than a name of a host is no address of ours, and is not kept with each version.
    private string? CameBy(HttpRequest request) =>
        AddressOf(request) is { Length: <= LongestAddress } address && !own.Contains(address) ? address : null;

    /// <summary>The address of <c>/fhir</c> as this request named it.</summary>
    private static string AddressOf(HttpRequest request) => $"{request.Scheme}://{request.Host}{request.PathBase}/fhir";
}
