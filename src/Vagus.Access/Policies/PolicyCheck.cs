using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Vagus.Access.Policies;

/// <summary>Walks all endpoints before the server listens and refuses to start when one declares no policy.</summary>
internal sealed class PolicyCheck : IHostedService
{
    private ICollection<EndpointDataSource>? sources;

    /// <summary>The collection is live: endpoints that are mapped later are seen too.</summary>
    public void Watch(IEndpointRouteBuilder endpoints) => sources = endpoints.DataSources;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (sources is null) throw new InvalidOperationException("MapAccess was not called: no endpoint could be checked for its policy.");

        var undeclared = Undeclared(sources.SelectMany(source => source.Endpoints));
        return undeclared.Count == 0
            ? Task.CompletedTask
            : throw new InvalidOperationException($"These endpoints declare no policy: {string.Join(", ", undeclared)}.");
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public static IReadOnlyList<string> Undeclared(IEnumerable<Endpoint> endpoints) =>
        [.. endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<EntryRule>() is null).Select(NameOf)];

    private static string NameOf(Endpoint endpoint) =>
        endpoint is RouteEndpoint route ? $"{Methods(route)} {route.RoutePattern.RawText}" : endpoint.DisplayName ?? "(unnamed)";

    private static string Methods(RouteEndpoint route) =>
        route.Metadata.GetMetadata<IHttpMethodMetadata>() is { HttpMethods.Count: > 0 } methods
            ? string.Join('|', methods.HttpMethods) : "*";
}
