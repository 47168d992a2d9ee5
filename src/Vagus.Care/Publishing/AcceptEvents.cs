using Vagus.Access.Audit;
using Vagus.Events;
using Vagus.Kernel;

namespace Vagus.Care.Publishing;

/// <summary>One event from a bus, by the same use case as <c>POST /api/events</c>.</summary>
internal sealed class AcceptEvents(PublishEvents publish) : IAcceptEvents
{
    public async ValueTask<Result<EventAcceptance>> Accept(Caller caller, ReadOnlyMemory<byte> cloudEvent, CancellationToken cancel)
    {
        var done = await publish.Run(caller, AuditOrigin.Unknown, [CloudEvent.Read(cloudEvent)], cancel);
        if (done.Refusal is { } refusal) return refusal;
        return done.Value[0] switch
        {
            { Error: { } error } => new Refusal(RefusalKind.Unprocessable, error.Code, error.Message),
            { Outcome: PublishedEvent.Duplicate } => EventAcceptance.Duplicate,
            _ => EventAcceptance.Accepted,
        };
    }
}
