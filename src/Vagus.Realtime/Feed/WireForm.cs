namespace Vagus.Realtime.Feed;

/// <summary>One way of writing a form for a wire. The object is the key by which a form knows what it was written as.</summary>
internal sealed class WireForm<TForm, TWritten>(Func<TForm, TWritten> write)
{
    public TWritten Write(TForm form) => write(form);
}

/// <summary>
/// What many connections are told alike. It is written in each <see cref="WireForm{TForm, TWritten}"/> once, for the first connection that
/// needs it, and all of them share the bytes. Nothing here knows a gateway.
/// </summary>
internal abstract class SharedForm<TForm>
    where TForm : SharedForm<TForm>
{
    // A handful at most: one list is shorter than a dictionary. Two writers at once cost one writing too many and nothing else.
    private Kept? first;

    public TWritten As<TWritten>(WireForm<TForm, TWritten> wire)
    {
        for (var kept = first; kept is not null; kept = kept.Next)
        {
            if (ReferenceEquals(kept.Wire, wire)) return (TWritten)kept.Written!;
        }

        var written = wire.Write((TForm)this);
        first = new Kept(wire, written, first);
        return written;
    }

    private sealed record Kept(object Wire, object? Written, Kept? Next);
}
