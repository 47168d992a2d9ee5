using System.Runtime.InteropServices;
using NodaTime;
using Vagus.Kernel;

namespace Vagus.Clinic.Appointments;

/// <summary>From when to when, the end excluded.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TimeSlot(DateTimeOffset Start, DateTimeOffset End)
{
    public const int DefaultMinutes = 30;
    public static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    public static readonly Refusal Wrong = new(
        RefusalKind.Invalid, "invalid_time", "An appointment ends after its start, and at most 24 hours after it.");

    public bool Overlaps(TimeSlot other) => Start < other.End && other.Start < End;

    public int Minutes => (int)(End - Start).TotalMinutes;

    public static Result<TimeSlot> Of(Instant start, Duration length)
    {
        var slot = new TimeSlot(start.ToDateTimeOffset(), (start + length).ToDateTimeOffset());
        return slot.End > slot.Start && slot.End - slot.Start <= Longest ? slot : Wrong;
    }
}
