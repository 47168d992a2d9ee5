using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Clinic.Appointments;
using Vagus.Clinic.Patients;

namespace Vagus.Clinic;

/// <summary>The only door of this room: the clinic's workflow as plain JSON, for clients that do not speak FHIR.</summary>
public static class ClinicFeature
{
    /// <summary>Needs AddStorage, AddAccess, AddFhir, a TimeProvider and an IdSource.</summary>
    public static IServiceCollection AddClinic(this IServiceCollection services)
    {
        services.AddPatients();
        services.AddAppointments();
        return services;
    }

    public static IEndpointRouteBuilder MapClinic(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPatients();
        endpoints.MapAppointments();
        return endpoints;
    }
}
