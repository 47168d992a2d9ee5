namespace Vagus.Realtime.Feed;

/// <summary>
/// Something that connections of one namespace are told beside the log, such as presence: never stored, never replayed.
/// </summary>
internal sealed class EphemeralEvent(string name, object data, string inNamespace = "/") : SharedForm<EphemeralEvent>
{
    public string Name => name;

    public object Data => data;

    public string Namespace => inNamespace;
}
