using System.Text.Json;
using NodaTime;
using Vagus.Access.Tenants;
using Vagus.Kernel;
using Vagus.Messaging.Hours;

namespace Vagus.Messaging.Triage;

/// <summary>The time zone in which a tenant reads times: that of its calendar, or else of its setting <c>time-zone</c>.</summary>
internal sealed class ClinicTime(MessagingPolicies policies, TenantSettings settings)
{
    public ValueTask<MessagingPolicy> PolicyOf(TenantId tenant, CancellationToken cancel) => policies.Of(tenant, cancel);

    public async ValueTask<DateTimeZone> ZoneOf(TenantId tenant, MessagingPolicy policy, CancellationToken cancel)
    {
        if (policy.Calendar != BusinessCalendar.Always) return policy.Calendar.Zone;
        return await settings.Read(tenant, TenantSettings.TimeZone, cancel) is { ValueKind: JsonValueKind.String } name
            ? DateTimeZoneProviders.Tzdb.GetZoneOrNull(name.GetString() ?? "") ?? DateTimeZone.Utc : DateTimeZone.Utc;
    }
}
