using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Clinic.Appointments;

/// <summary>
/// Makes the index of a tenant whose appointments were there before it: at the first booking, within its turn. All appointments where they
/// are few; else those of last week and later, and earlier times are searched.
/// </summary>
internal static class IndexSchedule
{
    private const int Few = 10_000;
    private const int MostInWindow = 100_000;
    private const int Windows = 40;
    private static readonly TimeSpan Window = TimeSpan.FromDays(28);

    /// <summary>From when on the index holds.</summary>
    public static async ValueTask<Result<DateTimeOffset>> Since(RecordTurn turn, TenantId tenant)
    {
        var known = await turn.Rows.QueryOne(Read, [tenant.Value], row => (long?)row.GetInt64(0), turn.Cancel);
        return known is { } since ? Instant.FromMicroseconds(since) : await Make(turn, tenant);
    }

    private static async ValueTask<Result<DateTimeOffset>> Make(RecordTurn turn, TenantId tenant)
    {
        var since = DateTimeOffset.UnixEpoch;
        var all = await turn.Decide("Appointment", $"status={AppointmentStatus.Occupying}", Few);
        if (all.IsRefused)
        {
            since = turn.At;
            if (await AddWindows(turn, tenant) is { } refusal) return refusal;
        }
        else
        {
            await Add(turn, tenant, all.Value);
        }

        await turn.Keep(Mark, [tenant.Value, since.ToMicroseconds()]);
        return since;
    }

    private static async ValueTask<Refusal?> AddWindows(RecordTurn turn, TenantId tenant)
    {
        var from = turn.At - OccupiedRows.Piece;
        for (var number = 0; number <= Windows; number++, from += Window)
        {
            var until = number == Windows ? "" : $"&date=lt{Instants.Write(from + Window)}";
            var found = await turn.Decide(
                "Appointment", $"date=ge{Instants.Write(from)}{until}&status={AppointmentStatus.Occupying}", MostInWindow);
            if (found.Refusal is { } refusal) return refusal;
            await Add(turn, tenant, found.Value);
        }

        return null;
    }

    private static async ValueTask Add(RecordTurn turn, TenantId tenant, IReadOnlyList<FhirRecord> appointments)
    {
        foreach (var values in appointments.SelectMany(each => OccupiedRows.Rows(each.Json, tenant.Value, each.Id)))
            await turn.Keep(OccupiedRows.Add, values);
    }

    private static readonly Statement Read = new("""
        select since
        from clinic_schedule
        where tenant_id = @tenant_id
        """);

    private static readonly Statement Mark = new("""
        insert into clinic_schedule (tenant_id, since)
        values (@tenant_id, @since)
        """);
}
