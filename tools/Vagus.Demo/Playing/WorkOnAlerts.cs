using System.Text.Json.Nodes;
using Vagus.Demo.Connecting;

namespace Vagus.Demo.Playing;

/// <summary>What providers do with the alerts of a patient. The server raises them a moment after the value was written.</summary>
internal sealed class WorkOnAlerts(Crew crew, TimeProvider clock)
{
    private const string Door = "api/alerts";
    private const int MostLooks = 40;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    public Task<Ending> Answer(Actor actor, string patient, CancellationToken cancel) => OfEach(
        actor, patient, ["raised", "escalated"],
        async path =>
        {
            var taken = await Post(actor, $"{path}/acknowledge", new JsonObject(), cancel);
            return taken.Succeeded ? await Post(actor, $"{path}/resolve", new JsonObject { ["action"] = "treated" }, cancel) : taken;
        },
        cancel);

    public async Task<Ending> HandOn(Actor actor, HandOnAlerts handed, CancellationToken cancel)
    {
        var colleague = await crew.For(handed.To).Send(new Ask(HttpMethod.Get, "api/auth/me"), cancel);
        if ((string?)colleague.Body?["user"]?["id"] is not { } to) return new Ending.Refused(colleague.Reason);
        return await OfEach(
            actor, handed.Patient, ["raised"],
            path => Post(actor, $"{path}/delegate", new JsonObject { ["to"] = to, ["note"] = "With another patient" }, cancel), cancel);
    }

    private async Task<Ending> OfEach(
        Actor actor, string patient, string[] states, Func<string, Task<Answer>> act, CancellationToken cancel)
    {
        var list = await Raised(actor, patient, cancel);
        if (!list.Succeeded) return new Ending.Refused(list.Reason);
        var done = 0;
        foreach (var alert in Items(list).Where(alert => states.Contains((string?)alert["state"])))
        {
            var answer = await act($"{Door}/{(string?)alert["id"]}");
            if (answer.IsConflict) continue;
            if (!answer.Succeeded) return new Ending.Refused(answer.Reason);
            done++;
        }

        return done > 0 ? new Ending.Done(done) : new Ending.AlreadyDone();
    }

    private async Task<Answer> Raised(Actor actor, string patient, CancellationToken cancel)
    {
        for (var look = 1; ; look++)
        {
            var list = await crew.Send(actor, "read alerts", new Ask(HttpMethod.Get, $"{Door}?patientId={patient}"), cancel);
            if (!list.Succeeded || Items(list).Any() || look == MostLooks) return list;
            await Task.Delay(BetweenLooks, clock, cancel);
        }
    }

    private Task<Answer> Post(Actor actor, string path, JsonObject body, CancellationToken cancel) =>
        crew.Send(actor, "answer alerts", new Ask(HttpMethod.Post, path, body.ToJsonString()), cancel);

    private static IEnumerable<JsonObject> Items(Answer list) => (list.Body?["items"] as JsonArray ?? []).OfType<JsonObject>();
}
