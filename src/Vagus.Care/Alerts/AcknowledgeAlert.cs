using System.Text.Json;
using Vagus.Kernel;

namespace Vagus.Care.Alerts;

/// <summary>
/// <c>acknowledge { alertId, readBack?, note? }</c>. No alert is kept yet, so there is none to acknowledge: a well-formed request is
/// answered with <c>not_found</c>.
/// </summary>
internal sealed class AcknowledgeAlert : ILiveCommand
{
    private static readonly Refusal NoSuchAlert = new(RefusalKind.NotFound, "not_found", "There is no such alert.");

    public string Namespace => "/";

    public string Name => "acknowledge";

    public ValueTask<Result<object>> Run(Caller caller, JsonElement request, CancellationToken cancel) =>
        ValueTask.FromResult(Answer(request));

    private static Result<object> Answer(JsonElement request)
    {
        var fields = RequestFields.Read(request, "alertId", "readBack", "note");
        if (fields.IsRefused) return fields.Refusal!;
        var alert = fields.Value.Text("alertId");
        return alert.IsRefused ? alert.Refusal! : NoSuchAlert;
    }
}
