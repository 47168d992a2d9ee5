using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Log;

namespace Vagus.Bench.Hospital;

/// <summary>
/// What screens were shown beside what the log says that they had to be shown: everything of their patient, each once, in order.
/// </summary>
internal sealed class Verdict
{
    private readonly List<double> fromSent = [];
    private readonly List<double> fromAnswer = [];

    /// <summary>Changes that a screen was not shown, or was shown twice or out of order.</summary>
    public int Wrong { get; private set; }

    public int Frames { get; private set; }

    /// <summary>Acknowledged writes that the log does not tell of.</summary>
    public int LostWrites { get; private set; }

    public int Events { get; private set; }

    public static async Task<Verdict> Of(
        ServerData data, long after, IReadOnlyList<Screen> screens, IReadOnlyDictionary<string, Sent> writes,
        Func<Sent, Screen, bool> isTimed)
    {
        var log = await data.ReadLog(Clinic.Tenant, after);
        var changes = log.Where(each => each.Type.StartsWith("resource.", StringComparison.Ordinal)).ToList();
        var owed = changes.SelectMany(each => each.Patients.Select(patient => (Patient: patient.Value, each.Position)))
            .ToLookup(each => each.Patient, each => each.Position, StringComparer.Ordinal);
        await Condition.Holds(
            () => screens.All(screen => owed[screen.Patient].LastOrDefault() <= screen.Last), TimeSpan.FromSeconds(60));
        var verdict = new Verdict { Events = log.Count };
        var written = new Dictionary<long, Sent>();
        foreach (var change in changes)
            if (writes.TryGetValue(ReferenceOf(change), out var sent)) written[change.Position] = sent;
        verdict.LostWrites = writes.Values.Count(sent => sent.Answered > 0) - written.Values.Count(sent => sent.Answered > 0);
        foreach (var screen in screens) verdict.Judge(screen, [.. owed[screen.Patient]], after, written, isTimed);
        verdict.fromSent.Sort();
        verdict.fromAnswer.Sort();
        return verdict;
    }

    public string Latency() =>
        FormattableString.Invariant(
            $"answer to frame p50 {FromAnswer(0.5):0.0} ms, p99 {FromAnswer(0.99):0.0} ms; request to frame p50 {FromSent(0.5):0.0} ms, p99 {FromSent(0.99):0.0} ms");

    /// <summary>From the sending of a request to the frame, in milliseconds: no less than from its commit.</summary>
    public double FromSent(double share) => At(fromSent, share);

    /// <summary>From the answer, which is sent after the commit, to the frame.</summary>
    public double FromAnswer(double share) => At(fromAnswer, share);

    private void Judge(
        Screen screen, List<long> owed, long after, Dictionary<long, Sent> written, Func<Sent, Screen, bool> isTimed)
    {
        var shown = screen.Shown().Where(each => each.Sequence > after).ToList();
        Frames += shown.Count;
        Wrong += screen.Gaps;
        for (var index = 0; index < Math.Max(owed.Count, shown.Count); index++)
            if (index >= owed.Count || index >= shown.Count || owed[index] != shown[index].Sequence) Wrong++;
        foreach (var (sequence, at) in shown)
        {
            if (!written.TryGetValue(sequence, out var sent) || sent.Answered == 0 || !isTimed(sent, screen)) continue;
            fromSent.Add(TimeProvider.System.GetElapsedTime(sent.At, at).TotalMilliseconds);
            // A frame may overtake the answer to its write.
            fromAnswer.Add(Math.Max(0, TimeProvider.System.GetElapsedTime(sent.Answered, at).TotalMilliseconds));
        }
    }

    /// <summary><c>Observation/1</c> of <c>Observation/1/_history/1</c>.</summary>
    private static string ReferenceOf(LoggedEvent change) => change.Resource?.Split("/_history/")[0] ?? "";

    private static double At(List<double> sorted, double share) =>
        sorted.Count == 0 ? 0 : sorted[Math.Min((int)(sorted.Count * share), sorted.Count - 1)];
}
