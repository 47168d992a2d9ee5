using System.Text.Json.Nodes;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Log;

namespace Vagus.EndToEnd.Tests.Crashing;

/// <summary>
/// What a client knows of a server that is killed: which values, acknowledgements and resolutions were answered, and how often each alert
/// was made due. It says what of that the alerts, their timelines and the log contradict.
/// </summary>
internal sealed class AlertWitness
{
    private const int LastLevel = 4;
    private readonly HashSet<string> values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> acknowledged = new(StringComparer.Ordinal);
    private readonly HashSet<string> resolved = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> due = new(StringComparer.Ordinal);

    public int Values => values.Count;

    public int Answered => acknowledged.Count + resolved.Count;

    public int Escalations => due.Values.Sum();

    /// <summary>The server answered that it has the value.</summary>
    public void Wrote(string observation) => values.Add(observation);

    /// <summary>The server answered the acknowledgement with the alert.</summary>
    public void Acknowledged(JsonNode alert) => acknowledged[IdOf(alert)] = (string)alert["acknowledgedAt"]!;

    /// <summary>The server answered a call that reached somebody.</summary>
    public void Called() => Calls++;

    public int Calls { get; private set; }

    public void Resolved(JsonNode alert) => resolved.Add(IdOf(alert));

    public void MadeDue(string alert) => due[alert] = due.GetValueOrDefault(alert) + 1;

    public bool HasAlertOfEachValue(IEnumerable<JsonNode> alerts) =>
        values.IsSubsetOf(alerts.Select(alert => ((string)alert["resource"]!).Split('/')[1]));

    /// <summary>Nothing where each alert is there once and has gone on as often as its time was over.</summary>
    public IEnumerable<string> Contradictions(IReadOnlyList<JsonNode> alerts, IReadOnlyList<LoggedEvent> log)
    {
        var critical = log.Where(each => each.Type == "lab.critical.alert").Select(each => each.Resource!.Split('/')[1]).Order().ToList();
        var raised = alerts.Select(alert => ((string)alert["resource"]!).Split('/')[1]).Order().ToList();
        if (!critical.SequenceEqual(raised)) yield return $"{critical.Count} critical values are told, {raised.Count} alerts are there";
        var told = log.Where(IsOfAlerts).Select(each => (each.Type, Body: JsonNode.Parse(each.Body)!))
            .ToLookup(each => (string)(each.Body["alertId"] ?? each.Body["id"])!, each => each.Type);
        if (told.Count != alerts.Count) yield return $"events tell of {told.Count} alerts, {alerts.Count} are there";
        foreach (var alert in alerts)
        {
            foreach (var contradiction in Events(alert, [.. told[IdOf(alert)]]).Concat(Answers(alert)).Concat(Levels(alert)))
                yield return $"{IdOf(alert)}: {contradiction}";
        }
    }

    /// <summary>One event of its raising, and one event and one word to the owner for each hand.</summary>
    private static IEnumerable<string> Events(JsonNode alert, List<string> events)
    {
        var steps = StepsOf(alert).Select(NameOf).ToList();
        foreach (var (step, type) in new[]
        {
            ("raised", "alert.raised"), ("escalated", "alert.escalated"), ("acknowledged", "alert.acknowledged"),
            ("resolved", "alert.resolved"), ("notified", "notification.critical"),
        })
        {
            var (stepped, told) = (steps.Count(each => each == step), events.Count(each => each == type));
            // Resolving what was not acknowledged acknowledges it, in one step and two events.
            if (type == "alert.acknowledged" && told == stepped + 1 && steps.Contains("resolved")) continue;
            if (stepped != told) yield return $"{stepped} steps '{step}' and {told} events '{type}'";
        }

        if (steps.Count(each => each == "raised") != 1) yield return "it was not raised once";
        if (steps.Count(each => each == "notified") != steps.Count(each => each is "raised" or "escalated"))
            yield return "its owners were not told once each";
        if (steps.Contains("resolved") && steps[^1] != "resolved") yield return "it went on after it was resolved";
        var onThePhone = StepsOf(alert).Count(step => (string)step["what"]! == "escalated" && (int)step["level"]! == LastLevel);
        if (steps.Count(each => each == "phone_task") != onThePhone) yield return "its last level is not a telephone call each time";
    }

    // A call that reached somebody acknowledges.
    private static string NameOf(JsonNode step) =>
        (string)step["what"]! is "called" && (bool?)step["reached"] == true ? "acknowledged" : (string)step["what"]!;

    /// <summary>What a client was answered stands.</summary>
    private IEnumerable<string> Answers(JsonNode alert)
    {
        var id = IdOf(alert);
        if (acknowledged.TryGetValue(id, out var at)
            && StepsOf(alert).Count(step => (string)step["what"]! == "acknowledged" && (string)step["at"]! == at) != 1)
        {
            yield return $"the acknowledgement of {at} was answered and is not there once";
        }

        if (resolved.Contains(id) && (string)alert["state"]! != "resolved") yield return "its resolution was answered and is not there";
    }

    /// <summary>Through every level, one for each time that was over; the last one repeats.</summary>
    private IEnumerable<string> Levels(JsonNode alert)
    {
        var escalated = StepsOf(alert).Where(step => (string)step["what"]! == "escalated").Select(step => (int)step["level"]!).ToList();
        var wanted = due.GetValueOrDefault(IdOf(alert));
        if (escalated.Count != wanted) yield return $"its time was over {wanted} times, it was handed on {escalated.Count} times";
        if (!escalated.SequenceEqual(Enumerable.Range(2, escalated.Count).Select(level => Math.Min(level, LastLevel))))
            yield return $"it went through the levels {string.Join(", ", escalated)}";
    }

    private static IEnumerable<JsonNode> StepsOf(JsonNode alert) => alert["timeline"]!.AsArray().Select(step => step!);

    private static string IdOf(JsonNode alert) => (string)alert["id"]!;

    private static bool IsOfAlerts(LoggedEvent each) =>
        each.Type == "notification.critical" || each.Type.StartsWith("alert.", StringComparison.Ordinal);
}
