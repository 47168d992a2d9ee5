using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Clinic.Appointments;

/// <summary>An appointment that is in the way.</summary>
/// <param name="Asked">The slot that cannot be had.</param>
/// <param name="With">Who or what is taken: <c>provider</c> or <c>location</c>.</param>
/// <param name="AppointmentId">The appointment that takes it.</param>
/// <param name="Taken">When that is.</param>
internal sealed record Overlap(TimeSlot Asked, string With, string AppointmentId, TimeSlot Taken);

/// <summary>
/// Who is booked when. It is asked within the turn that books: the tenant's head is held then, so that of two bookings at once the second
/// sees the first. Appointments that the caller does not see count too.
/// </summary>
internal sealed class OccupiedTime(RecordTurn turn, TenantId tenant)
{
    private const int MostSearched = 10_000;
    private readonly ProviderNames providers = new(turn);
    private DateTimeOffset? indexed;

    /// <summary>The other appointments of these providers and places that overlap the slot.</summary>
    /// <param name="asked">The slot.</param>
    /// <param name="actors">As <see cref="TakenBy.Actors"/> names them.</param>
    /// <param name="except">The appointment that is moved.</param>
    public async ValueTask<Result<IReadOnlyList<Overlap>>> Find(TimeSlot asked, IEnumerable<string> actors, string? except = null)
    {
        if (indexed is null)
        {
            var since = await IndexSchedule.Since(turn, tenant);
            if (since.Refusal is { } refusal) return refusal;
            indexed = since.Value;
        }

        var overlaps = new List<Overlap>();
        foreach (var actor in actors)
        {
            var names = await providers.Of(actor);
            if (names.Refusal is { } unnamed) return unnamed;
            var taken = await Taken(asked, names.Value);
            if (taken.Refusal is { } failed) return failed;
            var with = TakenBy.IsPlace(actor) ? "location" : "provider";
            overlaps.AddRange(taken.Value.Where(each => each.Id != except && each.Slot.Overlaps(asked))
                .Select(each => new Overlap(asked, with, each.Id, each.Slot)));
        }

        return overlaps.DistinctBy(each => (each.AppointmentId, each.With)).ToList();
    }

    private async ValueTask<Result<List<(string Id, TimeSlot Slot)>>> Taken(TimeSlot asked, IReadOnlyList<string> names)
    {
        var all = new List<(string Id, TimeSlot Slot)>();
        foreach (var name in names)
        {
            var taken = asked.Start >= indexed ? await Indexed(asked, name) : await Searched(asked, name);
            if (taken.IsRefused) return taken;
            all.AddRange(taken.Value);
        }

        return all;
    }

    private async ValueTask<Result<List<(string Id, TimeSlot Slot)>>> Indexed(TimeSlot asked, string actor)
    {
        object?[] values =
        [
            tenant.Value, actor, (asked.Start - OccupiedRows.Piece).ToMicroseconds(), asked.End.ToMicroseconds(),
            asked.Start.ToMicroseconds(),
        ];
        return await turn.Rows.Query(
            Overlapping, values,
            row => (row.GetString(0), new TimeSlot(Instant.FromMicroseconds(row.GetInt64(1)), Instant.FromMicroseconds(row.GetInt64(2)))),
            turn.Cancel);
    }

    private async ValueTask<Result<List<(string Id, TimeSlot Slot)>>> Searched(TimeSlot asked, string actor)
    {
        var found = await turn.Decide(
            "Appointment", $"status={AppointmentStatus.Occupying}&date=gt{Instants.Write(asked.Start - OccupiedRows.Piece)}"
            + $"&date=lt{Instants.Write(asked.End)}", MostSearched);
        if (found.Refusal is { } refusal) return refusal;
        return found.Value.Where(each => TakenBy.Actors(each.Json).Contains(actor, StringComparer.Ordinal))
            .Select(each => (each.Id, TakenBy.SlotOf(each))).Where(each => each.Item2 is not null)
            .Select(each => (each.Id, each.Item2 ?? asked)).ToList();
    }

    private static readonly Statement Overlapping = new("""
        select appointment_id, start_at, end_at
        from clinic_occupied
        where tenant_id = @tenant_id
          and actor = @actor
          and piece_at > @from
          and piece_at < @until
          and end_at > @start
        order by piece_at, appointment_id
        """);
}
