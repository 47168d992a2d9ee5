using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Access.Tenants;
using Vagus.Clinic.Requests;
using Vagus.Clinic.Time;
using Vagus.Fhir.Deriving;
using Vagus.Kernel;

namespace Vagus.Clinic.Appointments;

/// <summary>The doors below <c>/api/appointments</c>.</summary>
internal static class AppointmentsDoor
{
    private static readonly Role[] Schedulers =
        [Role.FrontDesk, Role.Provider, Role.Nurse, Role.MedicalAssistant, Role.Admin, Role.Service];

    private static readonly Policy Writers = Policy.Of("appointment_scheduler", Schedulers);

    private static readonly Policy Readers = Policy.Of("appointment_reader", [.. Schedulers, Role.Billing, Role.Patient]);

    public static void AddAppointments(this IServiceCollection services)
    {
        services.AddSingleton<ClinicZone>();
        services.AddSingleton(new SettingRule(ClinicZone.Setting, ClinicZone.Refuse));
        services.AddSingleton<IKeepRows, OccupiedRows>();
        services.AddSingleton<ReadAppointments>();
        services.AddSingleton<BookAppointment>();
        services.AddSingleton<RescheduleAppointment>();
        services.AddSingleton<ChangeAppointmentStatus>();
    }

    public static void MapAppointments(this IEndpointRouteBuilder endpoints)
    {
        var appointments = endpoints.MapGroup("/api/appointments").RecordsRefusals().AcceptScopes();
        appointments.MapGet("", (HttpContext http, ReadAppointments use) => use.List(http))
            .Require(Readers).Lists<AppointmentView>();
        appointments.MapPost("", (HttpContext http, BookAppointment use) => use.Answer(http))
            .Require(Writers).Audits(AuditActions.Create).Produces<AppointmentView>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        appointments.MapGet("/{id}", (string id, HttpContext http, ReadAppointments use) => use.One(id, http))
            .Require(Readers).Reads<AppointmentView>();
        appointments.MapPost("/{id}/reschedule", (string id, HttpContext http, RescheduleAppointment use) => use.Answer(id, http))
            .Require(Writers).Changes<AppointmentView>();
        appointments.MapPost("/{id}/status", (string id, HttpContext http, ChangeAppointmentStatus use) => use.Answer(id, http))
            .Require(Writers).Changes<AppointmentView>();
    }
}
