using Microsoft.OpenApi;
using Vagus.Access.Policies;

namespace Vagus.Server.Describing;

/// <summary>
/// <c>/openapi.json</c>: the HTTP doors as they are mapped, made from the endpoints themselves. docs/contracts/openapi.json is the approved
/// snapshot.
/// </summary>
internal static class ApiDescription
{
    private static readonly string[] Apis = ["/fhir", "/api/", "/.well-known/", "/health/", "/oauth/token", "/oauth/introspect", "/oauth/revoke"];

    public static void AddApiDescription(this IServiceCollection services, ServerRoles roles) => services.AddOpenApi(options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer((document, _, _) => Describe(document, roles));
        options.AddOperationTransformer((operation, context, _) => Doors.Describe(operation, context));
    });

    public static void MapApiDescription(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapOpenApi("/openapi.json").AllowAnyone("says what the guides say, and holds no data")
            .AuditsNothing("it holds no data");
        ApiPage.Map(endpoints);
    }

    private static Task Describe(OpenApiDocument document, ServerRoles roles)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Vagus",
            // Of the description. The public address does not tell which release runs.
            Version = "1",
            Description = "The HTTP doors. Sockets and events are in the guides; FHIR resources and searches in R4 and in /fhir/metadata."
                + (roles == ServerRoles.All ? "" : $" This process serves {string.Join(", ", RoleNames.Of(roles))}."),
        };
        // The address is the one by which it is asked for.
        document.Servers = [];
        document.Tags = Doors.Tags.Select(name => new OpenApiTag { Name = name }).ToHashSet();
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [Doors.Bearer] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "The accessToken of a sign-in.",
            },
        };
        Prune(document);
        return Task.CompletedTask;
    }

    /// <summary>Pages of the web apps are no doors for programs, and HEAD is answered wherever GET is.</summary>
    private static void Prune(OpenApiDocument document)
    {
        foreach (var path in document.Paths.Keys.ToList())
        {
            if (!Apis.Any(api => path.StartsWith(api, StringComparison.Ordinal))) document.Paths.Remove(path);
            else document.Paths[path].Operations?.Remove(HttpMethod.Head);
        }
    }
}
