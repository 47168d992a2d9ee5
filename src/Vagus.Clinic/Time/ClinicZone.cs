using System.Text.Json;
using NodaTime;
using Vagus.Access.Tenants;
using Vagus.Kernel;

namespace Vagus.Clinic.Time;

/// <summary>
/// The time zone of a clinic, by its IANA name: the tenant's setting, never that of the machine. Its rules come with NodaTime, so that all
/// servers of a cluster agree.
/// </summary>
internal sealed class ClinicZone(TenantSettings settings)
{
    public const string Setting = TenantSettings.TimeZone;

    /// <summary>The tenant's zone; UTC where it has set none.</summary>
    public async ValueTask<DateTimeZone> Of(TenantId tenant, CancellationToken cancel) =>
        await settings.Read(tenant, Setting, cancel) is { } value ? Find(value) ?? DateTimeZone.Utc : DateTimeZone.Utc;

    /// <summary>Null for a setting that can be taken.</summary>
    public static Refusal? Refuse(JsonElement value) => Find(value) is not null ? null : new Refusal(
        RefusalKind.Invalid, "unknown_time_zone", "The setting is the IANA name of a time zone as a JSON text, such as \"Europe/Zurich\".");

    private static DateTimeZone? Find(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.GetString() is { } name ? DateTimeZoneProviders.Tzdb.GetZoneOrNull(name) : null;
}
