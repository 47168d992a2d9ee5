using System.Text.Json.Nodes;
using Vagus.Demo.Connecting;

namespace Vagus.Demo.Playing;

/// <summary>One thing that somebody does during the day, and the catalogue events it should give rise to.</summary>
internal sealed record Step(DateTimeOffset At, Actor Actor, string[] Events, Act Act);

/// <summary>How a step is done over the API.</summary>
internal abstract record Act;

/// <summary>Writes new resources: one by PUT, several as a transaction. The first one bears witness for all.</summary>
internal sealed record Write(IReadOnlyList<JsonObject> Resources) : Act;

/// <summary>Reads a resource, alters it and puts it back under If-Match. Nothing is put when it was altered already.</summary>
internal sealed record Change(string Reference, Func<JsonObject, bool> Alter) : Act;

/// <summary>Opens a resource: the server takes note of who looked.</summary>
internal sealed record Open(string Reference) : Act;

/// <summary>Sends a body that the server knows again by its <c>clientMessageId</c>: sent twice, it is there once.</summary>
internal sealed record Tell(string Path, JsonObject Body) : Act;

/// <summary>Deletes a resource. One that is gone is left alone.</summary>
internal sealed record Delete(string Reference) : Act;

/// <summary>
/// Asks something of a thread. Who began it sends its beginning again, and the answer names the thread; nothing is asked where that answer
/// shows that it was done.
/// </summary>
/// <param name="Begun">How the thread was begun, and by whom.</param>
/// <param name="Method">Of the request.</param>
/// <param name="Path">Below the thread's address.</param>
/// <param name="Body">Of the request.</param>
/// <param name="IsDone">Of the thread as it is.</param>
internal sealed record InThread(Begun Begun, HttpMethod Method, string Path, JsonObject Body, Func<JsonObject, bool> IsDone) : Act;

/// <summary>Sends a message into a thread and takes it back.</summary>
internal sealed record TakeBack(Begun Begun, JsonObject Message, string Reason) : Act;

/// <summary>The beginning of a thread.</summary>
internal sealed record Begun(Actor By, Tell Tell);

/// <summary>Hands what alerts of the patient were raised to a colleague.</summary>
internal sealed record HandOnAlerts(string Patient, Actor To) : Act;

/// <summary>Acknowledges and resolves what alerts of the patient still wait.</summary>
internal sealed record AnswerAlerts(string Patient) : Act;

/// <summary>
/// Calls the workflow API, with an empty body unless it says otherwise; a server without that path gets the resources instead, or the
/// change, if there are any.
/// </summary>
internal sealed record Call(string Path, IReadOnlyList<JsonObject> Otherwise, JsonObject? Body = null) : Act
{
    public Change? OtherwiseChange { get; init; }
}
