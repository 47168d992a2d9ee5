using NodaTime;
using Vagus.Access.Requests;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Appointments;

/// <summary>What is in the way, by the clinic's date. Which appointment it is, is told to who may read it.</summary>
internal static class TellOverlap
{
    public static readonly Refusal Refused = new(
        RefusalKind.Conflict, "overlap", "The provider or the location is taken at this time. Send allowOverlap to book it nevertheless.");

    public static async ValueTask<Refusal> Run(RecordCall call, IReadOnlyList<Overlap> overlaps, DateTimeZone zone)
    {
        var ids = overlaps.Select(each => each.AppointmentId).Distinct(StringComparer.Ordinal).Take(ListQuery.Most);
        var read = await call.Search("Appointment", $"_id={string.Join(',', ids)}&_count={ListQuery.Most}");
        if (read.Refusal is { Kind: RefusalKind.Unavailable } unrecorded) return unrecorded;
        var seen = read.IsRefused ? [] : read.Value.Items.Select(each => each.Id).ToHashSet(StringComparer.Ordinal);
        return new ClinicRefusal(Refused.Kind, Refused.Code, Refused.Message)
        {
            Fields = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["conflicts"] = overlaps.Select(each => new Conflict(
                    DateIn(zone, each.Asked.Start), each.Asked.Start, each.Asked.End, each.With, each.Taken.Start, each.Taken.End,
                    seen.Contains(each.AppointmentId) ? each.AppointmentId : null)).ToArray(),
            },
        };
    }

    private static DateOnly DateIn(DateTimeZone zone, DateTimeOffset at) =>
        Instant.FromDateTimeOffset(at).InZone(zone).Date.ToDateOnly();

    private sealed record Conflict(
        DateOnly Date, DateTimeOffset Start, DateTimeOffset End, string With, DateTimeOffset TakenFrom, DateTimeOffset TakenUntil,
        string? AppointmentId);
}
