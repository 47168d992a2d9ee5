using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Vagus.Fhir.Http;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.Store;
using Vagus.Fhir.Writing;

namespace Vagus.Fhir.Interactions;

/// <summary>
/// What no other endpoint takes: an address that has other methods is answered 405 with their names (RFC 9110 §15.5.6), any other 404.
/// </summary>
internal sealed class OtherMethods(EndpointDataSource endpoints)
{
    private const string Base = "fhir/";
    private List<(TemplateMatcher Matcher, IReadOnlyList<string> Methods)>? known;

    public IResult Answer(HttpContext http)
    {
        var allowed = MethodsOf(http.Request.Path);
        return allowed.Count == 0
            ? FhirResponses.Refuse(FhirRefusals.NoSuchInteraction)
            : FhirResponses.Refuse(FhirRefusals.NoSuchMethod) with
            {
                Status = StatusCodes.Status405MethodNotAllowed, Allow = string.Join(", ", allowed),
            };
    }

    private List<string> MethodsOf(PathString path)
    {
        var methods = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (matcher, ofRoute) in known ??= Known())
        {
            var values = new RouteValueDictionary();
            if (matcher.TryMatch(path, values) && IsOne(values)) methods.UnionWith(ofRoute);
        }

        return [.. methods];
    }

    // What stands in the place of a type or an id may be anything.
    private static bool IsOne(RouteValueDictionary values) => values.All(each => each.Value is not string text || each.Key switch
    {
        "type" or "of" => R4Definitions.IsResourceType(text),
        "id" or "ofId" or "version" => ResourceId.IsValid(text),
        _ => true,
    });

    // Two requests may both make it; either will do.
    private List<(TemplateMatcher Matcher, IReadOnlyList<string> Methods)> Known() =>
    [
        .. endpoints.Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => IsInteraction(endpoint.RoutePattern.RawText?.TrimStart('/') ?? ""))
            .Select(endpoint => (
                new TemplateMatcher(new RouteTemplate(endpoint.RoutePattern), []),
                endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [])),
    ];

    private static bool IsInteraction(string route) =>
        route.StartsWith(Base, StringComparison.Ordinal) && !route.Contains("{**", StringComparison.Ordinal);
}
