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

    /// <summary>Changes that a screen was not shown.</summary>
    public int Missing { get; private set; }

    /// <summary>Changes that a screen was shown twice, out of order or without being owed them, and gaps that it was told.</summary>
    public int Odd { get; private set; }

    public int Wrong => Missing + Odd;

    /// <summary>How long after the last answer every screen had been shown all; null where one was not within the limit.</summary>
    public TimeSpan? CaughtUpAfter { get; private set; }

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
        var ended = TimeProvider.System.GetTimestamp();
        await Condition.Holds(HaveAll, TimeSpan.FromSeconds(60));
        var verdict = new Verdict
        {
            Events = log.Count, CaughtUpAfter = HaveAll() ? TimeProvider.System.GetElapsedTime(ended) : null,
        };
        var written = new Dictionary<long, Sent>();
        foreach (var change in changes)
            if (writes.TryGetValue(ReferenceOf(change), out var sent)) written[change.Position] = sent;
        verdict.LostWrites = writes.Values.Count(sent => sent.Answered > 0) - written.Values.Count(sent => sent.Answered > 0);
        foreach (var screen in screens) verdict.Judge(screen, [.. owed[screen.Patient]], after, written, isTimed);
        verdict.fromSent.Sort();
        verdict.fromAnswer.Sort();
        return verdict;

        bool HaveAll() => screens.All(screen => owed[screen.Patient].LastOrDefault() <= screen.Last);
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
        var sequences = shown.Select(each => each.Sequence).ToHashSet();
        Missing += owed.Count(position => !sequences.Contains(position));
        Odd += screen.Gaps + shown.Count - sequences.Count + sequences.Except(owed).Count()
            + shown.Zip(shown.Skip(1)).Count(pair => pair.Second.Sequence < pair.First.Sequence);
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
