using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Care.Alerts;
using Vagus.Care.Charts;
using Vagus.Care.Deriving;
using Vagus.Care.Imaging;
using Vagus.Care.Notifications;
using Vagus.Care.Publishing;
using Vagus.Care.Rules;
using Vagus.Care.Viewing;
using Vagus.Fhir.Deriving;
using Vagus.Storage;

namespace Vagus.Care;

/// <summary>
/// Adds this room to a host: the rules that derive events, the observer of reads, charts, alerts, notifications and events in.
/// </summary>
public static class CareFeature
{
    public static IServiceCollection AddCare(this IServiceCollection services)
    {
        services.AddSingleton<IDeriveEvents, PatientEvents>();
        services.AddSingleton<IDeriveEvents, AllergyEvents>();
        services.AddSingleton<IDeriveEvents, InsuranceEvents>();
        services.AddSingleton<IDeriveEvents, AppointmentEvents>();
        services.AddSingleton<IDeriveEvents, EncounterEvents>();
        services.AddSingleton<IDeriveEvents, SignatureEvents>();
        services.AddSingleton<IDeriveEvents, VitalSignsEvents>();
        services.AddSingleton<IDeriveEvents, OrderEvents>();
        services.AddSingleton<IDeriveEvents, LabEvents>();
        services.AddSingleton<IDeriveEvents, DeltaEvents>();
        services.AddSingleton<IDeriveEvents, CorrectionEvents>();
        services.AddSingleton<IDeriveEvents, RadiologyEvents>();
        services.AddSingleton<IDeriveEvents, PharmacyEvents>();
        services.AddSingleton<IDeriveEvents, SafetyEvents>();
        services.AddSingleton<IDeriveEvents, ContradictionEvents>();
        services.AddSingleton<IDeriveEvents, BiopsyEvents>();
        services.AddSingleton<IDeriveEvents, ClaimEvents>();
        services.AddSingleton<IDeriveEvents, ClaimResponseEvents>();
        services.AddSingleton<IDeriveEvents, PaymentEvents>();
        services.AddMigrations(Viewings.Tables);
        services.AddSingleton<IObserveReads, RecordResultViewed>();
        services.AddAlerts();
        services.AddNotifications();
        services.AddPublishing();
        services.AddCriticalRules();
        services.AddImaging();
        services.AddCharts();
        return services;
    }

    /// <summary>The consumers, duties and live commands of what the process serves.</summary>
    public static IServiceCollection RunCare(this IServiceCollection services, CareParts parts)
    {
        if (parts.HasFlag(CareParts.Charts)) services.RunCharts();
        if (parts.HasFlag(CareParts.Records)) services.RunImaging();
        if (!parts.HasFlag(CareParts.Notifications)) return services;
        services.RunAlerts();
        services.RunNotifications();
        return services;
    }

    /// <summary>The doors of what the process serves.</summary>
    public static IEndpointRouteBuilder MapCare(this IEndpointRouteBuilder endpoints, CareParts parts)
    {
        if (parts.HasFlag(CareParts.Notifications))
        {
            endpoints.MapAlerts();
            endpoints.MapNotifications();
        }

        if (parts.HasFlag(CareParts.Records))
        {
            endpoints.MapPublishing();
            ShowCriticalRules.Map(endpoints);
        }

        if (parts.HasFlag(CareParts.Charts)) endpoints.MapCharts();
        return endpoints;
    }
}
