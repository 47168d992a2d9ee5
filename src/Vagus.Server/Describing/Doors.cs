using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Vagus.Access.Policies;

namespace Vagus.Server.Describing;

/// <summary>What the mapped endpoints do not say about themselves: credentials, refusals, and bodies that are read by hand.</summary>
internal static class Doors
{
    public const string Bearer = "bearer";
    public static readonly string[] Tags =
        ["Sign-in and sessions", "FHIR R4", "Health", "Messages", "Alerts and notifications", "Events", "Charts", "Clinic workflow"];
    private const JsonSchemaType PartOrNull = JsonSchemaType.Object | JsonSchemaType.Null;
    private const string FhirJson = "application/fhir+json";
    private const string ProblemJson = "application/problem+json";

    public static Task Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var path = "/" + context.Description.RelativePath;
        var method = context.Description.HttpMethod ?? "";
        var isFhir = path.StartsWith("/fhir", StringComparison.Ordinal);
        operation.Tags = new HashSet<OpenApiTagReference> { new(TagOf(path), context.Document) };
        Credentials(operation, context);
        Headers(operation, context);
        operation.Responses ??= [];
        if (!path.StartsWith("/health", StringComparison.Ordinal)) operation.Responses["4XX"] = Refusal(isFhir);
        if (isFhir) Fhir(operation, path, method);
        else if (MessageBodies.Of(method, path) is { } message) operation.RequestBody = message;
        else if (WorkflowBodies.IsOfWorkflow(path)) operation.RequestBody = WorkflowBodies.Of(method, path);
        else if (method == "PUT" && path.TrimEnd('/').EndsWith("/preferences", StringComparison.Ordinal))
            operation.RequestBody = Json("application/json", Preferences);
        else if (method is "POST" or "PATCH" or "PUT" && BodyOf(path) is { } body) operation.RequestBody = Json("application/json", body);
        return Task.CompletedTask;
    }

    private static string TagOf(string path) => path.Split('/')[1] switch
    {
        _ when MessageBodies.IsOfMessages(path) => Tags[3],
        _ when WorkflowBodies.IsOfWorkflow(path) => Tags[7],
        "fhir" => Tags[1],
        "health" => Tags[2],
        "api" when path.Split('/')[2] is "alerts" or "on-call" or "notifications" or "critical-rules" => Tags[4],
        "api" when path.Split('/')[2] is "preferences" or "push" || path.Contains("/preferences", StringComparison.Ordinal) => Tags[4],
        "api" when path.Split('/')[2] == "events" => Tags[5],
        "api" when path.StartsWith("/api/admin/subscriptions", StringComparison.Ordinal) => Tags[1],
        "api" when path.StartsWith("/api/aggregate/", StringComparison.Ordinal) => Tags[6],
        _ => Tags[0],
    };

    private static void Credentials(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var rule = context.Description.ActionDescriptor.EndpointMetadata.OfType<EntryRule>().LastOrDefault();
        if (rule?.Policy is not null)
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] }];
    }

    private static void Headers(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        foreach (var header in context.Description.ActionDescriptor.EndpointMetadata.OfType<RequestHeader>())
        {
            (operation.Parameters ??= []).Add(new OpenApiParameter
            {
                Name = header.Name, In = ParameterLocation.Header, Description = header.Description,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }
    }

    private static OpenApiResponse Refusal(bool isFhir) => isFhir
        ? new OpenApiResponse { Description = "Refused.", Content = Content(FhirJson, Resource("OperationOutcome")) }
        : new OpenApiResponse
        {
            Description = "Refused: a problem (RFC 9457) with a stable code.",
            Content = Content(ProblemJson, Object(("status", JsonSchemaType.Integer), ("detail", JsonSchemaType.String), ("code", JsonSchemaType.String))),
        };

    /// <summary>Resources are described by R4, not here.</summary>
    private static void Fhir(OpenApiOperation operation, string path, string method)
    {
        if (method is "POST" or "PUT")
            operation.RequestBody = path.EndsWith("/_search", StringComparison.Ordinal)
                ? Json("application/x-www-form-urlencoded", new OpenApiSchema { Type = JsonSchemaType.Object })
                : Json(FhirJson, Resource(path == "/fhir" ? "Bundle" : null));
        operation.Responses!.Remove("200");
        operation.Responses["2XX"] = new OpenApiResponse { Description = "Done.", Content = Content(FhirJson, Resource(null)) };
    }

    private static OpenApiSchema Preferences => Object(
        ("email", PartOrNull), ("sms", PartOrNull), ("push", PartOrNull), ("digest", PartOrNull), ("quietHours", PartOrNull),
        ("kinds", PartOrNull), ("timeZone", JsonSchemaType.String | JsonSchemaType.Null),
        ("language", JsonSchemaType.String | JsonSchemaType.Null));

    private static OpenApiSchema? BodyOf(string path) => path.Split('/')[^1] switch
    {
        "activate" => Texts("token", "birthDate", "password"),
        "verify-email" => Texts("token"),
        "forgot-password" => Texts("email", "tenant?"),
        "reset-password" => Texts("token", "password"),
        "password" => Texts("currentPassword", "password"),
        "portal-invitation" => Texts("email", "deliver?"),
        "proxies" => Texts("userId?", "email?", "relationship", "from?", "until?"),
        "users" => Object(("email", JsonSchemaType.String), ("displayName", JsonSchemaType.String), ("role", JsonSchemaType.String),
            ("practitionerId", JsonSchemaType.String | JsonSchemaType.Null), ("seesSensitive", JsonSchemaType.Boolean | JsonSchemaType.Null),
            ("labels", JsonSchemaType.Array | JsonSchemaType.Null),
            ("deliver", JsonSchemaType.String | JsonSchemaType.Null)),
        "{userId}" when path.Contains("/users/", StringComparison.Ordinal) => Object(("role", JsonSchemaType.String | JsonSchemaType.Null),
            ("seesSensitive", JsonSchemaType.Boolean | JsonSchemaType.Null),
            ("labels", JsonSchemaType.Array | JsonSchemaType.Null), ("disabled", JsonSchemaType.Boolean | JsonSchemaType.Null)),
        "service-accounts" => Object(("name", JsonSchemaType.String), ("id", JsonSchemaType.String | JsonSchemaType.Null),
            ("seesSensitive", JsonSchemaType.Boolean | JsonSchemaType.Null),
            ("labels", JsonSchemaType.Array | JsonSchemaType.Null), ("expiresAt", JsonSchemaType.String | JsonSchemaType.Null)),
        "secrets" => Texts("expiresAt?"),
        "break-glass" => Object(("reason", JsonSchemaType.String), ("purpose", JsonSchemaType.String),
            ("medicalEmergency", JsonSchemaType.Boolean | JsonSchemaType.Null)),
        "review" => Texts("verdict", "note"),
        "apps" => Texts("name", "type", "scopes", "launchUrl?", "jwksUrl?"),
        "{clientId}" => Object(("disabled", JsonSchemaType.Boolean)),
        "replay" => Object(("from", JsonSchemaType.Integer | JsonSchemaType.Null)),
        "launch-context" => Texts("clientId", "patient", "encounter?"),
        "approval" => Texts("version"),
        "acknowledge" => Texts("readBack?", "note?"),
        "delegate" => Texts("to", "note?"),
        "resolve" => Texts("action", "note?"),
        "calls" => Object(("called", JsonSchemaType.String), ("reached", JsonSchemaType.Boolean),
            ("readBack", JsonSchemaType.String | JsonSchemaType.Null), ("note", JsonSchemaType.String | JsonSchemaType.Null)),
        "on-call" => Texts("duty", "userId", "from", "until"),
        "subscriptions" => Object(("endpoint", JsonSchemaType.String), ("keys", JsonSchemaType.Object)),
        "out-of-office" => Texts("from", "until", "delegateTo?"),
        "login" => Object(("email", JsonSchemaType.String), ("password", JsonSchemaType.String), ("tenant", JsonSchemaType.String | JsonSchemaType.Null)),
        "refresh" or "logout" => Object(("refreshToken", JsonSchemaType.String | JsonSchemaType.Null)),
        _ => null,
    };

    /// <summary>Fields that are texts; one that may be absent ends with '?'.</summary>
    internal static OpenApiSchema Texts(params string[] names) => Object(
        [.. names.Select(name => name.EndsWith('?')
            ? (name[..^1], JsonSchemaType.String | JsonSchemaType.Null) : (name, JsonSchemaType.String))]);

    internal static OpenApiRequestBody Json(string type, OpenApiSchema schema) => new() { Content = Content(type, schema) };

    private static Dictionary<string, OpenApiMediaType> Content(string type, OpenApiSchema schema) =>
        new(StringComparer.Ordinal) { [type] = new OpenApiMediaType { Schema = schema } };

    internal static OpenApiSchema Object(params (string Name, JsonSchemaType Type)[] fields) => new()
    {
        Type = JsonSchemaType.Object,
        Properties = fields.ToDictionary(
            field => field.Name,
            IOpenApiSchema (field) => new OpenApiSchema
            {
                Type = field.Type,
                Items = field.Type.HasFlag(JsonSchemaType.Array) ? new OpenApiSchema { Type = JsonSchemaType.String } : null,
            },
            StringComparer.Ordinal),
    };

    private static OpenApiSchema Resource(string? type) => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string>(StringComparer.Ordinal) { "resourceType" },
        Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
        {
            ["resourceType"] = type is null
                ? new OpenApiSchema { Type = JsonSchemaType.String } : new OpenApiSchema { Type = JsonSchemaType.String, Const = type },
        },
    };
}
