using System.Text.Json.Nodes;
using Vagus.Demo.Connecting;

namespace Vagus.Demo.Playing;

/// <summary>What staff write to a patient after a visit, and among themselves.</summary>
internal static class Correspondence
{
    private const string Threads = "api/patient-messages/threads";

    /// <summary>The sequence of the last message of a day: what comes before it was done where it is there.</summary>
    private const int LastSequence = 3;

    public static IEnumerable<Step> Steps(Visit visit)
    {
        var begun = new Begun(new Actor("nurse"), Beginning(visit));
        yield return visit.Do(62, "nurse", ["thread.created", "message.sent"], begun.Tell);
        yield return Post(
            visit, 63, "nurse", "note.added", begun, "messages", Message(visit, "note", "Prefers calls in the evening.", isNote: true));
        yield return Post(visit, 64, "provider", "message.read", begun, "mark-read", []);
        yield return visit.Do(65, "provider", ["thread.updated"], new InThread(
            begun, HttpMethod.Put, "", new JsonObject { ["priority"] = "high" }, thread => (string?)thread["priority"] == "high"));
        yield return visit.Do(66, "nurse", ["message.sent", "message.retracted"], new TakeBack(
            begun, Message(visit, "slip", "Your appointment is at nine."), "Written to the wrong patient"));
        yield return Post(visit, 67, "nurse", "thread.closed", begun, "close", [], IsOver);
        yield return Post(visit, 68, "nurse", "thread.reopened", begun, "reopen", [], IsOver);
        yield return Post(
            visit, 69, "nurse", "message.sent", begun, "messages",
            Message(visit, "more", "Please bring your list of medication next time."));
    }

    private static Tell Beginning(Visit visit)
    {
        var body = Message(visit, "message", "Your blood count is in your record. Please write to us here if anything is unclear.");
        body["patientId"] = visit.Scene.Patient.Id;
        body["subject"] = "After your visit";
        body["category"] = "general";
        return new Tell(Threads, body);
    }

    private static Step Post(
        Visit visit, int minute, string role, string told, Begun begun, string path, JsonObject body,
        Func<JsonObject, bool>? isDone = null) =>
        visit.Do(minute, role, [told], new InThread(begun, HttpMethod.Post, path, body, isDone ?? (_ => false)));

    private static JsonObject Message(Visit visit, string thing, string content, bool isNote = false)
    {
        var message = new JsonObject { ["content"] = content, ["clientMessageId"] = visit.Scene.Id(thing) };
        if (isNote) message["isInternalNote"] = true;
        return message;
    }

    private static bool IsOver(JsonObject thread) => (int?)thread["lastSequence"] >= LastSequence;
}
