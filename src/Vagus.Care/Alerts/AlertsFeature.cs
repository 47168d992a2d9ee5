using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Outgoing;
using Vagus.Access.Policies;
using Vagus.Access.Tenants;
using Vagus.Care.OnCall;
using Vagus.Kernel;
using Vagus.Storage;

namespace Vagus.Care.Alerts;

/// <summary>Alerts, and who is on call for them.</summary>
internal static class AlertsFeature
{
    public static void AddAlerts(this IServiceCollection services)
    {
        services.AddMigrations(OnCallTables.All);
        services.AddMigrations(AlertTables.All);
        services.AddMigrations(AlertDeliveries.Tables);
        services.AddMigrations(RepeatedRecords.Tables);
        services.AddSingleton(new SettingRule(AlertPolicy.Setting, AlertPolicy.Refuse));
        services.AddSingleton(new SettingRule(AlertShifts.Setting, AlertShifts.Refuse));
        services.AddSingleton<WhoIsOnCall>();
        services.AddSingleton<IFindStandIns, StandIns>();
        services.AddSingleton<ScheduleOnCall>();
        services.AddSingleton<TellAway>();
        services.AddSingleton<FindOwner>();
        services.AddSingleton<ChangeAlert>();
        services.AddSingleton<AlertMeter>();
        services.AddSingleton<AcknowledgeAlert>();
        services.AddSingleton<DelegateAlert>();
        services.AddSingleton<ResolveAlert>();
        services.AddSingleton<CallAboutAlert>();
        services.AddSingleton<ReadAlerts>();
        services.AddSingleton<CountAlerts>();
        services.AddSingleton<ReadAlertMetrics>();
        services.AddSingleton<INoticeSource, AlertDeliveries>();
    }

    public static void RunAlerts(this IServiceCollection services)
    {
        services.AddSingleton<ILiveCommand>(provider => provider.GetRequiredService<AcknowledgeAlert>());
        services.AddLogConsumer<RaiseAlerts>();
        services.AddLeasedDuty<EscalateAlerts>();
    }

    public static void MapAlerts(this IEndpointRouteBuilder endpoints)
    {
        var alerts = endpoints.MapGroup("/api/alerts").RecordsRefusals();
        ReadAlerts.Map(alerts);
        ReadAlertMetrics.Map(alerts);
        AcknowledgeAlert.Map(alerts);
        DelegateAlert.Map(alerts);
        ResolveAlert.Map(alerts);
        CallAboutAlert.Map(alerts);
        var recorded = endpoints.MapGroup("").RecordsRefusals();
        ScheduleOnCall.Map(recorded);
        TellAway.Map(recorded);
    }
}
