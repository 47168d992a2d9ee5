namespace Vagus.SocketIO.Load.Churn;

/// <summary>How long and how hard members come and go.</summary>
internal sealed record ChurnOptions(TimeSpan Duration, int Concurrent, int Events, int PadSize)
{
    internal static ChurnOptions For(TimeSpan duration) => new(duration, Concurrent: 300, Events: 20, PadSize: 200);
}
