using System.Text.Json;

namespace Vagus.Kernel;

/// <summary>
/// What a feature answers when a live client emits an event. Found by namespace and name among those registered in DI; the gateway keeps
/// the limits, so that a command gets well-formed text only, and answers for it, also when it throws.
/// </summary>
public interface ILiveCommand
{
    /// <summary>The Socket.IO namespace, such as <c>/</c>. A namespace that commands alone name is open to every caller.</summary>
    string Namespace { get; }

    /// <summary>The event that the client emits.</summary>
    string Name { get; }

    /// <summary>Acts for the caller. The value is the acknowledgement, an object that is written as JSON.</summary>
    /// <param name="origin">By which way it came: recorded with what the command does.</param>
    /// <param name="caller">Who asks; a command decides by itself whether this caller may.</param>
    /// <param name="request">The event's first argument; undefined where the client sent none.</param>
    /// <param name="cancel">Cancelled when the connection is gone.</param>
    ValueTask<Result<object>> Run(LiveOrigin origin, Caller caller, JsonElement request, CancellationToken cancel);
}
