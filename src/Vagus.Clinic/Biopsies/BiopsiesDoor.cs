using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Access.Tenants;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Deriving;
using Vagus.Kernel;

namespace Vagus.Clinic.Biopsies;

/// <summary>The doors below <c>/api/biopsies</c>.</summary>
internal static class BiopsiesDoor
{
    private static readonly Role[] Ordering = [Role.Provider, Role.Nurse, Role.MedicalAssistant, Role.Admin, Role.Service];

    private static readonly Policy Writers = Policy.Of("biopsy_writer", Ordering);

    private static readonly Policy Readers = Policy.Of("biopsy_reader", [.. Ordering, Role.Lab]);

    private static readonly Policy Laboratory = Policy.Of("biopsy_laboratory", Role.Lab, Role.Service, Role.Admin);

    private static readonly Policy Reviewers = Policy.Of("biopsy_reviewer", Role.Provider);

    public static void AddBiopsies(this IServiceCollection services)
    {
        services.AddSingleton(new SettingRule(BiopsyLimits.Setting, BiopsyLimits.Refuse));
        foreach (var type in OpenBiopsyRows.Types) services.AddSingleton<IKeepRows>(new OpenBiopsyRows(type));
        services.AddSingleton<OpenBiopsies>();
        services.AddSingleton<ReadBiopsies>();
        services.AddSingleton<ReadOverdueBiopsies>();
        services.AddSingleton<OrderBiopsy>();
        services.AddSingleton<ChangeBiopsy>();
        services.AddSingleton<ReportBiopsy>();
        services.AddSingleton<ReviewBiopsy>();
    }

    public static void MapBiopsies(this IEndpointRouteBuilder endpoints)
    {
        var biopsies = endpoints.MapGroup("/api/biopsies").RecordsRefusals().AcceptScopes()
            .NeedsToReach(ResourceInteractions.Search, "DiagnosticReport", "Specimen");
        biopsies.MapGet("", (HttpContext http, ReadBiopsies use, ReadOverdueBiopsies overdue) =>
            http.Request.Query["overdue"] == "true" ? overdue.List(http) : use.List(http))
            .Require(Readers).Lists<BiopsyView>();
        biopsies.MapPost("", (HttpContext http, OrderBiopsy use) => use.Answer(http))
            .Require(Writers).TakesRequestKey().Audits(AuditActions.Create).Produces<BiopsyView>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        biopsies.MapGet("/{id}", (string id, HttpContext http, ReadBiopsies use) => use.One(id, http))
            .Require(Readers).Reads<BiopsyView>();
        biopsies.MapPut("/{id}", (string id, HttpContext http, ChangeBiopsy use) => use.Answer(id, http))
            .Require(Writers).NeedsToReach(ResourceInteractions.Update, "Specimen").Changes<BiopsyView>();
        biopsies.MapPost("/{id}/result", (string id, HttpContext http, ReportBiopsy use) => use.Answer(id, http))
            .Require(Laboratory).Changes<BiopsyView>();
        biopsies.MapPost("/{id}/review", (string id, HttpContext http, ReviewBiopsy use) => use.Answer(id, http))
            .Require(Reviewers).Changes<BiopsyView>();
    }
}
