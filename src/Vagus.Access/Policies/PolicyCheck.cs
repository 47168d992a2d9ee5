using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Vagus.Access.Policies;

/// <summary>
/// Walks all endpoints before the server listens and refuses to start when one declares no policy, or nothing about the audit.
/// </summary>
internal sealed class PolicyCheck : IHostedService
{
    private ICollection<EndpointDataSource>? sources;

    /// <summary>The collection is live: endpoints that are mapped later are seen too.</summary>
    public void Watch(IEndpointRouteBuilder endpoints) => sources = endpoints.DataSources;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (sources is null) throw new InvalidOperationException("MapAccess was not called: no endpoint could be checked for its policy.");

        var endpoints = sources.SelectMany(source => source.Endpoints).ToList();
        MustBeNone("These endpoints declare no policy", Without<EntryRule>(endpoints));
        MustBeNone("These endpoints declare neither what they audit nor why they audit nothing", Without<AuditRule>(endpoints));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static void MustBeNone(string complaint, List<string> endpoints)
    {
        if (endpoints.Count > 0) throw new InvalidOperationException($"{complaint}: {string.Join(", ", endpoints)}.");
    }

    private static List<string> Without<TRule>(IEnumerable<Endpoint> endpoints)
        where TRule : class =>
        [.. endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<TRule>() is null).Select(NameOf)];

    private static string NameOf(Endpoint endpoint) =>
        endpoint is RouteEndpoint route ? $"{Methods(route)} {route.RoutePattern.RawText}" : endpoint.DisplayName ?? "(unnamed)";

    private static string Methods(RouteEndpoint route) =>
        route.Metadata.GetMetadata<IHttpMethodMetadata>() is { HttpMethods.Count: > 0 } methods
            ? string.Join('|', methods.HttpMethods) : "*";
}
