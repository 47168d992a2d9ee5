using System.Text.Json;
using Vagus.Kernel;
using Vagus.Messaging.Threads;

namespace Vagus.Messaging.Triage;

/// <summary>How long threads are kept after their last message, by their kind; null: without an end.</summary>
internal sealed record ThreadRetention(TimeSpan? Patient, TimeSpan? Direct, TimeSpan? Staff)
{
    private const int MostDaysKept = 36_525;
    private static readonly string[] Fields = ["days", "directDays", "staffDays"];

    public static readonly ThreadRetention None = new(null, null, null);

    /// <summary>The kinds that end at all.</summary>
    public IEnumerable<(string Kind, TimeSpan After)> Ending =>
        from kind in (string[])[ThreadKind.Patient, ThreadKind.Direct, ThreadKind.Staff]
        let after = Of(kind)
        where after is not null
        select (kind, after.Value);

    public TimeSpan? Of(string kind) => kind switch
    {
        ThreadKind.Patient => Patient,
        ThreadKind.Direct => Direct,
        ThreadKind.Staff => Staff,
        _ => null,
    };

    /// <summary>A thread of a patient ends when it is closed; of others nobody decides that they are over.</summary>
    public static bool IsOver(ThreadRow thread) => thread.Kind != ThreadKind.Patient || thread.Status == ThreadStatus.Closed;

    public static Result<ThreadRetention> Read(JsonElement given)
    {
        var fields = RequestFields.Read(given, Fields);
        if (fields.Refusal is { } unknown) return unknown;
        var days = Fields.Select(name => (Name: name, Read: fields.Value.Position(name))).ToList();
        if (days.Select(each => each.Read.Refusal).FirstOrDefault(refusal => refusal is not null) is { } malformed) return malformed;
        if (days.TrueForAll(each => each.Read.Value is null)) return Wrong("days");
        if (days.Find(each => each.Read.Value is < 1 or > MostDaysKept).Name is { } wrong) return Wrong(wrong);
        return new ThreadRetention(After(days[0].Read.Value), After(days[1].Read.Value), After(days[2].Read.Value));
    }

    private static TimeSpan? After(long? days) => days is { } given ? TimeSpan.FromDays(given) : null;

    private static Refusal Wrong(string name) => FieldRefusals.Wrong(name, "a number of days, at most a hundred years");
}
