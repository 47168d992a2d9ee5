using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vagus.Access;
using Vagus.Access.Policies;
using Vagus.Fhir;
using Vagus.Identity;
using Vagus.Realtime;
using Vagus.Server;
using Vagus.Storage;

namespace Vagus.Architecture.Tests;

/// <summary>The endpoints of the real composition. That the server does not start without a policy is tested in Identity.</summary>
public sealed class EndpointPolicyTests
{
    /// <summary>Doors that stand open to everyone. A new one is a decision: it is written down here.</summary>
    private static readonly string[] OpenToAnyone =
    [
        "/", "/{**path}", "/.well-known/jwks.json", "/health/live", "/health/ready", "/fhir/metadata",
        "/api/files/{id}/content",
        "/api/auth/login", "/api/auth/refresh", "/api/auth/logout",
        "/api/patient-portal/auth/login", "/api/patient-portal/auth/refresh", "/api/patient-portal/auth/logout",
        "/api/auth/login/second-factor", "/api/auth/login/enrolment", "/api/auth/login/enrolment/confirmation",
        "/api/patient-portal/auth/login/second-factor", "/api/patient-portal/auth/login/enrolment",
        "/api/patient-portal/auth/login/enrolment/confirmation",
        "/api/auth/forgot-password", "/api/auth/reset-password", "/api/patient-portal/auth/activate",
        "/api/patient-portal/auth/verify-email", "/api/patient-portal/auth/forgot-password", "/api/patient-portal/auth/reset-password",
        "/fhir/.well-known/smart-configuration", "/.well-known/openid-configuration", "/oauth/token", "/oauth/introspect", "/oauth/revoke",
        "/oauth/authorize", "/oauth/authorize/sign-in", "/oauth/authorize/factor", "/oauth/authorize/patient", "/oauth/authorize/consent",
        "/oauth/pages.css",
        "/ws", "/ws/fhir", "/socket.io/", "/openapi.json", "/docs", "/docs/start.js", "/docs/scalar.js",
    ];

    [Fact]
    public async Task Every_endpoint_of_the_server_declares_who_may_enter()
    {
        await using var app = Serving.Build(Options());
        var endpoints = Endpoints(app);

        Assert.True(endpoints.Count > 20, "The endpoints were not found.");
        Findings.MustBeNone(WithoutRule(endpoints));
    }

    [Fact]
    public async Task Every_endpoint_of_the_server_declares_what_it_audits()
    {
        await using var app = Serving.Build(Options());

        Findings.MustBeNone(Endpoints(app).Where(endpoint => endpoint.Metadata.GetMetadata<AuditRule>() is null).Select(Route));
    }

    [Fact]
    public async Task The_doors_that_are_open_to_everyone_are_those_we_decided_on()
    {
        await using var app = Serving.Build(Options());

        var open = Endpoints(app).Where(endpoint => endpoint.Metadata.GetMetadata<EntryRule>() is { OpenBecause: not null });

        Findings.MustBeNone(open.Select(Route).Distinct().Except(OpenToAnyone));
    }

    [Fact]
    public void An_endpoint_without_a_rule_is_seen()
    {
        var bare = new RouteEndpoint(
            _ => Task.CompletedTask, Microsoft.AspNetCore.Routing.Patterns.RoutePatternFactory.Parse("/bare"), 0,
            new EndpointMetadataCollection(), "bare");

        Assert.Equal(["/bare"], WithoutRule([bare]));
    }

    private static IEnumerable<string> WithoutRule(IEnumerable<Endpoint> endpoints) =>
        endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<EntryRule>() is null).Select(Route);

    private static string Route(Endpoint endpoint) => (endpoint as RouteEndpoint)?.RoutePattern.RawText ?? endpoint.DisplayName ?? "";

    private static List<Endpoint> Endpoints(WebApplication app) =>
        [.. ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints)];

    private static ServerOptions Options() => new()
    {
        Urls = ["http://127.0.0.1:0"],
        PublicUrl = null,
        BehindProxy = false,
        Production = false,
        Storage = new StorageOptions { DataFolder = Path.Combine(AppContext.BaseDirectory, "architecture-data") },
        Access = new AccessOptions(),
        Identity = new IdentityOptions(),
        Realtime = new RealtimeOptions(),
        Fhir = new FhirOptions(),
    };
}
