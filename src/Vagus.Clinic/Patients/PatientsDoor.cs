using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Clinic.Requests;
using Vagus.Kernel;

namespace Vagus.Clinic.Patients;

/// <summary>The doors below <c>/api/patients</c>. What a caller finds behind them is what it finds at <c>/fhir/Patient</c>.</summary>
internal static class PatientsDoor
{
    private static readonly Policy Readers = Policy.Of(
        "patient_reader", [.. Enum.GetValues<Role>().Where(role => role != Role.Driver)]);

    private static readonly Policy Registrars = Policy.Of(
        "patient_registrar", Role.FrontDesk, Role.Provider, Role.Nurse, Role.MedicalAssistant, Role.Admin, Role.Service);

    private static readonly Policy Insurers = Policy.Of(
        "insurance_verifier", Role.FrontDesk, Role.Billing, Role.Provider, Role.Nurse, Role.MedicalAssistant, Role.Admin, Role.Service);

    public static void AddPatients(this IServiceCollection services)
    {
        services.AddSingleton<ReadPatients>();
        services.AddSingleton<RegisterPatient>();
        services.AddSingleton<ChangePatient>();
        services.AddSingleton<VerifyInsurance>();
    }

    public static void MapPatients(this IEndpointRouteBuilder endpoints)
    {
        var patients = endpoints.MapGroup("/api/patients").RecordsRefusals().AcceptScopes();
        patients.MapGet("", (HttpContext http, ReadPatients use) => use.List(http))
            .Require(Readers).Lists<PatientView>();
        patients.MapPost("", (HttpContext http, RegisterPatient use) => use.Answer(http))
            .Require(Registrars).Audits(AuditActions.Create).Produces<PatientView>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status409Conflict);
        patients.MapGet("/{id}", (string id, HttpContext http, ReadPatients use) => use.One(id, http))
            .Require(Readers).Reads<PatientView>();
        patients.MapPut("/{id}", (string id, HttpContext http, ChangePatient use) => use.Answer(id, http))
            .Require(Registrars).Changes<PatientView>();
        patients.MapPost("/{id}/insurance-verification", (string id, HttpContext http, VerifyInsurance use) => use.Answer(id, http))
            .Require(Insurers).Audits(AuditActions.Create).Produces<InsuranceVerification>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status404NotFound);
    }
}
