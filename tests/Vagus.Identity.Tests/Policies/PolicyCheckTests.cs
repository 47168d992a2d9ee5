using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Vagus.Access.Policies;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.Policies;

public sealed class PolicyCheckTests
{
    [Fact]
    public async Task A_server_with_an_endpoint_without_policy_does_not_start()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => TestClinic.Open(Engine.Sqlite, map: endpoints => endpoints.MapPost("/forgotten/{id}", () => "in")));

        Assert.Contains("POST /forgotten/{id}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plain_request_delegate_and_a_group_are_checked_too()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => TestClinic.Open(Engine.Sqlite, map: endpoints =>
        {
            endpoints.MapGet("/raw", (RequestDelegate)(_ => Task.CompletedTask));
            endpoints.MapGroup("/fhir").MapGet("/Patient", () => "in");
        }));

        Assert.Contains("GET /raw", failure.Message, StringComparison.Ordinal);
        Assert.Contains("GET /fhir/Patient", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_with_an_endpoint_that_says_nothing_about_the_audit_does_not_start()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => TestClinic.Open(
            Engine.Sqlite, map: endpoints => endpoints.MapPost("/forgotten/{id}", () => "in").RequireCaller()));

        Assert.Contains("POST /forgotten/{id}", failure.Message, StringComparison.Ordinal);
        Assert.Contains("audit", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_on_a_group_holds_for_its_endpoints_and_an_endpoints_own_rule_wins()
    {
        await using var clinic = await TestClinic.Open(Engine.Sqlite, map: endpoints =>
        {
            var group = endpoints.MapGroup("/group").Require(Policy.Admin).AuditsNothing("the test");
            group.MapGet("/closed", () => "in");
            group.MapGet("/open", () => "in").AllowAnyone("the test says so");
            endpoints.MapGet("/raw", (RequestDelegate)(context => context.Response.WriteAsync(context.Caller().User.Value)))
                .RequireCaller(Role.Nurse).AuditsNothing("the test");
        });

        Assert.Equal(401, (await clinic.Get("/group/closed")).Status);
        Assert.Equal(200, (await clinic.Get("/group/open")).Status);
        Assert.Equal(401, (await clinic.Get("/raw")).Status);
    }

    [Fact]
    public async Task An_endpoint_may_answer_refusals_in_its_own_form()
    {
        await using var clinic = await TestClinic.Open(Engine.Sqlite, map: endpoints =>
            endpoints.MapGet("/own", () => "in").RequireCaller().AuditsNothing("the test").WithMetadata(new RefusalWriter((context, refusal) =>
            {
                context.Response.StatusCode = 401;
                return context.Response.WriteAsync($"own:{refusal.Code}");
            })));

        Assert.Equal("own:unauthenticated", (await clinic.Get("/own")).Text);
    }

    [Fact]
    public async Task A_method_or_media_type_that_no_endpoint_takes_is_said_so()
    {
        await using var clinic = await TestClinic.Open(Engine.Sqlite, map: endpoints =>
            endpoints.MapPost("/typed", () => "in").Accepts<string>("application/json").RequireCaller().AuditsNothing("the test"));

        Assert.Equal(405, (await clinic.Get("/typed")).Status);
        Assert.Equal(
            415, (await clinic.Send(HttpMethod.Post, "/typed", change: request => request.Content = new StringContent("x"))).Status);
        Assert.Equal(401, (await clinic.Send(HttpMethod.Post, "/typed", new { })).Status);
    }

    [Fact]
    public async Task The_platform_sees_the_caller_as_its_user()
    {
        await using var clinic = await TestClinic.Open(Engine.Sqlite, map: endpoints =>
        {
            endpoints.MapGet("/user", (HttpContext context) =>
                $"{context.User.Identity!.IsAuthenticated} {context.User.Identity.Name} {context.User.IsInRole("nurse")}")
                .RequireCaller()
                .AuditsNothing("the test");
            endpoints.MapGet("/open", (HttpContext context) => $"{context.User.Identity?.IsAuthenticated}")
                .AllowAnyone("the test says so")
                .AuditsNothing("the test");
        });
        var nurse = await clinic.AddUser("nina@example.org", Role.Nurse);
        var token = (await clinic.Login("nina@example.org")).AccessToken;

        Assert.Equal($"True {nurse.Value} True", (await clinic.Get("/user", token)).Text);
        Assert.Equal("False", (await clinic.Get("/open", token)).Text);
    }

    [Fact]
    public void An_open_endpoint_gives_its_reason() => Assert.Throws<ArgumentException>(() => EntryRule.Open(""));

    [Fact]
    public void An_endpoint_that_audits_nothing_gives_its_reason() => Assert.Throws<ArgumentException>(() => AuditRule.Nothing(""));
}
