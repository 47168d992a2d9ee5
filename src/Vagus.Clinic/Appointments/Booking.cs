using NodaTime;
using Vagus.Clinic.Requests;
using Vagus.Clinic.Time;
using Vagus.Kernel;

namespace Vagus.Clinic.Appointments;

/// <summary>When an appointment is asked for.</summary>
internal sealed record AskedTime(ClockTime? Start, ClockTime? End, int? Minutes)
{
    public static readonly string[] Fields = ["start", "end", "durationMinutes"];

    private static readonly Refusal OneEnd = new(RefusalKind.Invalid, "invalid_field", "Name either 'end' or 'durationMinutes'.");

    public static AskedTime Of(BodyFields fields)
    {
        var asked = new AskedTime(TimeOf(fields, "start"), TimeOf(fields, "end"), fields.Count("durationMinutes", 1, 24 * 60));
        if (asked.End is not null && asked.Minutes is not null) fields.Refuse(OneEnd);
        return asked;
    }

    /// <summary>The first slot, in the clinic's zone. Without an end it is as long as said otherwise.</summary>
    public Result<(ZonedDateTime Start, Duration Length)> In(DateTimeZone zone, int otherwiseMinutes)
    {
        if (Start is not { } named) return FieldRefusals.Missing("start");
        var start = named.In(zone);
        if (start.Refusal is { } unclear) return unclear;
        if (End is not { } until) return (start.Value, Duration.FromMinutes(Minutes ?? otherwiseMinutes));
        var end = until.In(zone);
        return end.Refusal is { } refusal ? refusal : (start.Value, end.Value - start.Value);
    }

    private static ClockTime? TimeOf(BodyFields fields, string name)
    {
        if (fields.TextOrNull(name) is not { } text) return null;
        if (ClockTime.Parse(text) is { } time) return time;
        fields.Refuse(FieldRefusals.Wrong(
            name, "an instant such as 2026-11-26T09:00:00Z, or a time of the clinic's clock such as 2026-11-26T09:00"));
        return null;
    }
}

/// <summary>What a client asks for when it books.</summary>
internal sealed record Booking(string PatientId, string ProviderId, AskedTime Time, Repeat? Repeat)
{
    public static readonly string[] Fields =
    [
        "patientId", "providerId", .. AskedTime.Fields, "type", "reason", "location", "comment", "allowOverlap", "repeat",
    ];

    public string? Type { get; init; }

    public string? Reason { get; init; }

    /// <summary>The id or the name of a Location, or the name of a room that the directory does not have.</summary>
    public string? Location { get; init; }

    public string? Comment { get; init; }

    public bool AllowsOverlap { get; init; }

    public static Booking Of(BodyFields fields)
    {
        fields.Text("start");
        return new Booking(
            fields.Id("patientId"), fields.Id("providerId"), AskedTime.Of(fields), Repeat.Of(fields.Object("repeat", Repeat.Fields)))
        {
            Type = fields.TextOrNull("type"),
            Reason = fields.TextOrNull("reason", BodyFields.LongText),
            Location = fields.TextOrNull("location"),
            Comment = fields.TextOrNull("comment", BodyFields.LongText),
            AllowsOverlap = fields.Flag("allowOverlap"),
        };
    }

    /// <summary>All slots, the first included. Pure.</summary>
    public Result<IReadOnlyList<TimeSlot>> SlotsIn(DateTimeZone zone)
    {
        var first = Time.In(zone, TimeSlot.DefaultMinutes);
        if (first.Refusal is { } unclear) return unclear;
        Result<IReadOnlyList<Instant>> starts =
            Repeat is { } repeat ? repeat.Starts(first.Value.Start) : new[] { first.Value.Start.ToInstant() };
        if (starts.Refusal is { } refusal) return refusal;
        var slots = new List<TimeSlot>();
        foreach (var start in starts.Value)
        {
            var slot = TimeSlot.Of(start, first.Value.Length);
            if (slot.Refusal is { } wrong) return wrong;
            slots.Add(slot.Value);
        }

        return slots;
    }
}
