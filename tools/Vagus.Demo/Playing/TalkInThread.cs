using System.Text.Json.Nodes;
using Vagus.Demo.Connecting;

namespace Vagus.Demo.Playing;

/// <summary>What staff do in a thread after its beginning.</summary>
internal sealed class TalkInThread(Crew crew)
{
    private const string Kind = "write a message";

    public async Task<Ending> Ask(Actor actor, InThread asked, CancellationToken cancel)
    {
        var begun = await Begin(asked.Begun, cancel);
        if (begun.Body?["thread"] is not JsonObject thread) return new Ending.Refused(begun.Reason);
        if (asked.IsDone(thread)) return new Ending.AlreadyDone();
        var answer = await Send(actor, asked.Method, $"{asked.Begun.Tell.Path}/{(string?)thread["id"]}/{asked.Path}", asked.Body, cancel);
        if (answer.IsConflict) return new Ending.AlreadyDone();
        return answer.Succeeded ? new Ending.Done(1) : new Ending.Refused(answer.Reason);
    }

    public async Task<Ending> TakeBack(Actor actor, TakeBack taken, CancellationToken cancel)
    {
        var begun = await Begin(taken.Begun, cancel);
        if ((string?)begun.Body?["thread"]?["id"] is not { } thread) return new Ending.Refused(begun.Reason);
        var sent = await Send(actor, HttpMethod.Post, $"{taken.Begun.Tell.Path}/{thread}/messages", taken.Message, cancel);
        if ((string?)sent.Body?["id"] is not { } message) return new Ending.Refused(sent.Reason);
        var answer = await Send(
            actor, HttpMethod.Post, $"api/messages/{message}/retraction", new JsonObject { ["reason"] = taken.Reason }, cancel);
        return answer.Succeeded ? new Ending.Done(1) : new Ending.Refused(answer.Reason);
    }

    private Task<Answer> Begin(Begun begun, CancellationToken cancel) =>
        Send(begun.By, HttpMethod.Post, begun.Tell.Path, begun.Tell.Body, cancel);

    private Task<Answer> Send(Actor actor, HttpMethod method, string path, JsonObject body, CancellationToken cancel) =>
        crew.Send(actor, Kind, new Ask(method, path.TrimEnd('/'), body.ToJsonString()), cancel);
}
