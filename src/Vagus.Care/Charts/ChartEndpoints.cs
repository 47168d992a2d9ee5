using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Kernel;

namespace Vagus.Care.Charts;

/// <summary>The addresses below <c>/api/aggregate/patients/{patientId}</c>.</summary>
internal static class ChartEndpoints
{
    private static readonly Policy Readers = Policy.Of(
        "chart_reader", [.. Enum.GetValues<Role>().Where(role => role != Role.Driver)]);

    // A service has no eyes: what it reads is not viewed.
    private static readonly Policy Viewers = Policy.Of(
        "result_viewer", [.. Enum.GetValues<Role>().Where(role => role is not (Role.Driver or Role.Service))]);

    public static void MapCharts(this IEndpointRouteBuilder endpoints)
    {
        var patient = endpoints.MapGroup("/api/aggregate/patients/{patientId}").Require(Readers).RecordsRefusals();
        patient.MapGet("", (string patientId, HttpContext http, ReadChart use) => use.Whole(patientId, http))
            .Audits(AuditActions.Operation).Produces<PatientChart>().Unmodified();
        patient.MapGet("/alerts", (string patientId, HttpContext http, ReadChart use) => use.Alerts(patientId, http))
            .Audits(AuditActions.Operation).Produces<ChartAlerts>().Unmodified();
        patient.MapList("/labs", new LabResults());
        patient.MapList("/imaging", new ImagingStudies());
        patient.MapList("/medications", new Medications());
        patient.MapList("/encounters", new Encounters());
        patient.MapGet("/audit", (string patientId, HttpContext http, ReadChartAudit use) => use.Answer(patientId, http))
            .Require(Policy.Admin).Audits(AuditActions.ReadAudit).Produces<ChartPage<AuditLine>>().Unmodified();
        patient.MapPost(
            "/labs/{id}/viewed", (string patientId, string id, HttpContext http, ViewResult use) => use.Answer(patientId, id, http))
            .Require(Viewers).Audits(AuditActions.Read)
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static void MapList<T>(this RouteGroupBuilder patient, string path, ChartList<T> list) => patient
        .MapGet(path, (string patientId, HttpContext http, ChartPages use) => use.Answer(patientId, http, list))
        .Audits(AuditActions.Operation).Produces<ChartPage<T>>().Unmodified();

    private static void Unmodified(this RouteHandlerBuilder endpoint) => endpoint
        .Produces(StatusCodes.Status304NotModified)
        .ProducesProblem(StatusCodes.Status404NotFound);
}
