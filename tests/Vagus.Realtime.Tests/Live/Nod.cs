using System.Text.Json;

namespace Vagus.Realtime.Tests.Live;

/// <summary>A command that says yes: with it there is a namespace besides <c>/</c>.</summary>
internal sealed class Nod(string where) : ILiveCommand
{
    public string Namespace => where;

    public string Name => "nod";

    public ValueTask<Result<object>> Run(LiveOrigin origin, Caller caller, JsonElement request, CancellationToken cancel) =>
        ValueTask.FromResult<Result<object>>(new { ok = true });
}
