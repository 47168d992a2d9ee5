using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Clinic.Appointments;
using Vagus.Clinic.Billing;
using Vagus.Clinic.Biopsies;
using Vagus.Clinic.Encounters;
using Vagus.Clinic.Patients;
using Vagus.Clinic.Signatures;
using Vagus.Storage;

namespace Vagus.Clinic;

/// <summary>The only door of this room: the clinic's workflow as plain JSON, for clients that do not speak FHIR.</summary>
public static class ClinicFeature
{
    /// <summary>Needs AddStorage, AddAccess, AddFhir, a TimeProvider and an IdSource.</summary>
    public static IServiceCollection AddClinic(this IServiceCollection services)
    {
        services.AddMigrations(ClinicMigrations.All);
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<PublishSigningKeys>();
        services.AddSingleton(provider => new RotateSigningKey(provider.GetRequiredService<SigningKeys>()));
        services.AddPatients();
        services.AddAppointments();
        services.AddEncounters();
        services.AddBiopsies();
        services.AddBilling();
        return services;
    }

    public static IEndpointRouteBuilder MapClinic(this IEndpointRouteBuilder endpoints)
    {
        PublishSigningKeys.Map(endpoints);
        endpoints.MapPatients();
        endpoints.MapAppointments();
        endpoints.MapEncounters();
        endpoints.MapBiopsies();
        endpoints.MapBilling();
        return endpoints;
    }
}
