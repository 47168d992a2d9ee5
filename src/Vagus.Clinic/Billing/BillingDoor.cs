using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Clinic.Requests;
using Vagus.Kernel;

namespace Vagus.Clinic.Billing;

/// <summary>
/// The doors of money: <c>/api/claims</c>, <c>/api/payments</c>, <c>/api/prior-auths</c>. They are for those who read and write Claims and
/// PaymentNotices at <c>/fhir</c>.
/// </summary>
internal static class BillingDoor
{
    private static readonly Policy Staff = Policy.Of("billing_staff", Role.Billing, Role.Admin, Role.Service);

    public static void AddBilling(this IServiceCollection services)
    {
        services.AddSingleton<ReadClaims>();
        services.AddSingleton<WriteClaim>();
        services.AddSingleton<ChangeClaim>();
        services.AddSingleton<AnswerClaim>();
        services.AddSingleton<Payments>();
        services.AddSingleton<PriorAuths>();
        services.AddSingleton<AnswerPriorAuth>();
    }

    public static void MapBilling(this IEndpointRouteBuilder endpoints)
    {
        var claims = endpoints.MapGroup("/api/claims").Require(Staff).RecordsRefusals().AcceptScopes()
            .NeedsToReach(ResourceInteractions.Search, "Claim", "ClaimResponse", "PaymentNotice");
        claims.MapGet("", (HttpContext http, ReadClaims use) => use.List(http))
            .Lists<ClaimView>();
        claims.MapPost("", (HttpContext http, WriteClaim use) => use.Answer(http))
            .TakesRequestKey().Audits(AuditActions.Create).Produces<ClaimView>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        claims.MapGet("/{id}", (string id, HttpContext http, ReadClaims use) => use.One(id, http)).Reads<ClaimView>();
        claims.MapPut("/{id}", (string id, HttpContext http, ChangeClaim use) => use.Change(id, http)).Changes<ClaimView>();
        claims.MapPost("/{id}/submit", (string id, HttpContext http, ChangeClaim use) => use.Submit(id, http)).Changes<ClaimView>();
        claims.MapPost("/{id}/status", (string id, HttpContext http, AnswerClaim use) => use.Answer(id, http)).Changes<ClaimView>();

        var payments = endpoints.MapGroup("/api/payments").Require(Staff).RecordsRefusals().AcceptScopes();
        payments.MapGet("", (HttpContext http, Payments use) => use.List(http))
            .Lists<PaymentView>();
        payments.MapPost("", (HttpContext http, Payments use) => use.Take(http))
            .TakesRequestKey().Audits(AuditActions.Create).Produces<PaymentView>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        payments.MapGet("/{id}", (string id, HttpContext http, Payments use) => use.One(id, http)).Reads<PaymentView>();

        var authorizations = endpoints.MapGroup("/api/prior-auths").Require(Staff).RecordsRefusals().AcceptScopes()
            .NeedsToReach(ResourceInteractions.Search, "Claim", "ClaimResponse");
        authorizations.MapGet("", (HttpContext http, PriorAuths use) => use.List(http))
            .Lists<PriorAuthView>();
        authorizations.MapPost("", (HttpContext http, PriorAuths use) => use.Request(http))
            .TakesRequestKey().Audits(AuditActions.Create).Produces<PriorAuthView>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        authorizations.MapGet("/{id}", (string id, HttpContext http, PriorAuths use) => use.One(id, http)).Reads<PriorAuthView>();
        authorizations.MapPost("/{id}/status", (string id, HttpContext http, AnswerPriorAuth use) => use.Answer(id, http))
            .Changes<PriorAuthView>();
    }
}
