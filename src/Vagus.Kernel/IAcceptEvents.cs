namespace Vagus.Kernel;

/// <summary>
/// What a room that carries events from outside asks: take this event into the log of the caller's tenant. The room that knows what events
/// mean implements it; HTTP and the bus call it alike.
/// </summary>
public interface IAcceptEvents
{
    /// <summary>
    /// Answers after the commit. The same event (its <c>source</c> and <c>id</c>) may come again and is a duplicate then. A refusal of the
    /// kind
    /// <see cref="RefusalKind.Unavailable"/> or <see cref="RefusalKind.TooMany"/> says nothing about the event: it may be tried again.
    /// Every other refusal is for good.
    /// </summary>
    /// <param name="caller">Who sends it, of the role <see cref="Role.Service"/>.</param>
    /// <param name="cloudEvent">One event in the JSON format of CloudEvents 1.0, as it came: it is not checked yet.</param>
    /// <param name="cancel">Cancelled when the process stops.</param>
    ValueTask<Result<EventAcceptance>> Accept(Caller caller, ReadOnlyMemory<byte> cloudEvent, CancellationToken cancel);
}

/// <summary>What became of an event that was not refused.</summary>
public enum EventAcceptance
{
    /// <summary>It is in the log now.</summary>
    Accepted,

    /// <summary>It was in the log already; nothing was changed.</summary>
    Duplicate,
}
