using System.Text.Json;
using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Kernel;

namespace Vagus.Fhir.Deriving;

/// <summary>
/// The room that keeps messages: a Communication that is created at /fhir becomes a message there, and it opens the content of one for a
/// reader who was found entitled. Without such a room no Communication is created.
/// </summary>
public interface IKeepMessages
{
    /// <summary>
    /// Makes a message of a valid Communication whose author may create one. Answers the id of the message's own Communication.
    /// </summary>
    ValueTask<Result<string>> Take(Reach by, AuditOrigin origin, JsonElement communication, CancellationToken cancel);

    /// <summary>The plain content of the message, for a reader who was shown its Communication.</summary>
    ValueTask<Result<string>> Open(Reach by, AuditOrigin origin, string id, CancellationToken cancel);
}
