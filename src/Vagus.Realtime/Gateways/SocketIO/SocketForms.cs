using System.Text.Json;
using Vagus.Kernel;
using Vagus.Realtime.Feed;
using Vagus.SocketIO;

namespace Vagus.Realtime.Gateways.SocketIO;

/// <summary>
/// The events of Socket.IO that carry what the feed tells, in one namespace: each that many sockets get is encoded once for all of them.
/// </summary>
internal sealed class SocketForms
{
    private static readonly WireForm<EventForm, ReadOnlyMemory<byte>> Payload = new(SocketPayload.Of);
    private static readonly WireForm<PositionForm, byte[]> PositionPayload = new(SocketPayload.Of);
    private readonly SocketNamespace target;
    private readonly WireForm<EventForm, EncodedEvent?> unasked;
    private readonly WireForm<EventForm, EncodedEvent?> chosen;
    private readonly WireForm<EventForm, EncodedEvent?> replayed;
    private readonly WireForm<PositionForm, EncodedEvent> plain;
    private readonly WireForm<PositionForm, EncodedEvent> unaskedPlace;
    private readonly WireForm<PositionForm, EncodedEvent> chosenPlace;
    private readonly WireForm<EphemeralEvent, EncodedEvent> ephemeral;
    private readonly WireForm<EventForm, byte[]> toldData;
    private readonly WireForm<EventForm, EncodedEvent?> told;
    private readonly WireForm<EventForm, EncodedEvent?> toldToAuthor;
    private readonly bool isFeature;

    /// <param name="target">The namespace.</param>
    /// <param name="isFeature">A feature tells in it what the log holds; otherwise events go out as they are.</param>
    public SocketForms(SocketNamespace target, bool isFeature)
    {
        (this.target, this.isFeature) = (target, isFeature);
        toldData = new(form => JsonSerializer.SerializeToUtf8Bytes(form.ToldIn(target.Name)?.Word.Data, JsonSerializerOptions.Web));
        told = new(form => Told(form, toAuthor: false));
        toldToAuthor = new(form => Told(form, toAuthor: true));
        unasked = new(form => Event(form, new SocketOffset(form.Position, IsChosen: false).OfEvent()));
        chosen = new(form => Event(form, new SocketOffset(form.Position, IsChosen: true).OfEvent()));
        replayed = new(form => Event(form, offset: null));
        plain = new(form => Position(form, offset: null));
        unaskedPlace = new(form => Position(form, new SocketOffset(form.Sequence, IsChosen: false).OfPosition()));
        chosenPlace = new(form => Position(form, new SocketOffset(form.Sequence, IsChosen: true).OfPosition()));
        ephemeral = new(form => target.Encode(form.Name, form.Data));
    }

    /// <summary>
    /// It carries its offset, and a socket ignores what it was sent before; but for a replay, which lies behind that. Null for an event
    /// that has no name on Socket.IO.
    /// </summary>
    public EncodedEvent? Of(EventForm form, Delivery how, Caller caller)
    {
        if (isFeature)
        {
            if (form.ToldIn(target.Name) is not { } of || !of.Hears(caller)) return null;
            return form.As(of.Author == caller.User ? toldToAuthor : told);
        }

        return form.As(how switch
        {
            Delivery.Unasked => unasked,
            Delivery.Chosen => chosen,
            _ => replayed,
        });
    }

    /// <summary>For a socket that knows its place already.</summary>
    public EncodedEvent Of(PositionForm form) => form.As(plain);

    /// <summary>For a socket that is to come back to this place.</summary>
    public EncodedEvent At(PositionForm form, SocketOffset offset)
    {
        if (offset.Position != form.Sequence) return Position(form, offset.OfPosition());
        return form.As(offset.IsChosen ? chosenPlace : unaskedPlace);
    }

    public EncodedEvent Of(EphemeralEvent form) => form.As(ephemeral);

    /// <summary>What happens to a search. The last of a position carries its place: a socket that shows it has them all.</summary>
    public EncodedEvent Of(SearchChange change, bool isLast) => target.Encode(
        SearchChange.Name, SocketPayload.Of(change), isLast ? new SocketOffset(change.Position, IsChosen: true).OfEvent() : null);

    private EncodedEvent? Told(EventForm form, bool toAuthor)
    {
        if (form.ToldIn(target.Name) is not { } of) return null;
        var name = toAuthor ? of.AuthorHears ?? of.Word.Name : of.Word.Name;
        return target.Encode(name, form.As(toldData), new SocketOffset(form.Position, IsChosen: false).OfEvent());
    }

    private EncodedEvent? Event(EventForm form, EventOffset? offset) =>
        form.Type?.SocketName is { } name ? target.Encode(name, form.As(Payload), offset) : null;

    private EncodedEvent Position(PositionForm form, EventOffset? offset) =>
        target.Encode(PositionForm.Name, form.As(PositionPayload), offset);
}
