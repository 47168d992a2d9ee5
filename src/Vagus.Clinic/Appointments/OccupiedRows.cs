using System.Text.Json;
using Vagus.Fhir.Deriving;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Clinic.Appointments;

/// <summary>
/// An index of when who is booked, kept with each Appointment, whichever door it comes by. A search by the provider looks at all that the
/// provider ever had; this one at a week. An appointment has a row for each seven days that it lasts, so that a week before a slot is all
/// that must be looked at.
/// </summary>
internal sealed class OccupiedRows : IKeepRows
{
    public static readonly TimeSpan Piece = TimeSpan.FromDays(7);

    /// <summary>Ten years; beyond them an appointment is not looked at.</summary>
    private const int MostPieces = 522;

    public string ResourceType => "Appointment";

    public async ValueTask Keep(WriteTransaction write, ResourceChange change, CancellationToken cancel)
    {
        if (change.Version > 1) await write.Execute(Remove, [write.Tenant.Value, change.Id], cancel);
        if (change.After is not { } appointment) return;
        foreach (var values in Rows(appointment, write.Tenant.Value, change.Id)) await write.Execute(Add, values, cancel);
    }

    /// <summary>The values of <see cref="Add"/> for each row.</summary>
    public static IEnumerable<object?[]> Rows(JsonElement appointment, string tenant, string id)
    {
        if (!TakenBy.IsTaken(appointment) || TakenBy.SlotOf(appointment) is not { } slot) yield break;
        foreach (var actor in TakenBy.Actors(appointment))
        {
            var piece = slot.Start;
            for (var number = 0; number < MostPieces && piece < slot.End; number++, piece += Piece)
                yield return [tenant, actor, piece.ToMicroseconds(), id, slot.Start.ToMicroseconds(), slot.End.ToMicroseconds()];
        }
    }

    public static readonly Statement Add = new("""
        insert into clinic_occupied (tenant_id, actor, piece_at, appointment_id, start_at, end_at)
        values (@tenant_id, @actor, @piece_at, @appointment_id, @start_at, @end_at)
        on conflict (tenant_id, actor, piece_at, appointment_id) do nothing
        """);

    private static readonly Statement Remove = new("""
        delete from clinic_occupied
        where tenant_id = @tenant_id
          and appointment_id = @appointment_id
        """);
}
