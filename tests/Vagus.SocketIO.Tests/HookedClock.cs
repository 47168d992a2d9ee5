namespace Vagus.SocketIO.Tests;

/// <summary>The system's clock. A test acts where the code asks for the time: between two of its steps.</summary>
internal sealed class HookedClock : TimeProvider
{
    /// <summary>Called once, when the date is asked for.</summary>
    internal Action? AtUtcNow { get; set; }

    /// <summary>Called at each timestamp.</summary>
    internal Action? AtTimestamp { get; set; }

    public override DateTimeOffset GetUtcNow()
    {
        var act = AtUtcNow;
        AtUtcNow = null;
        act?.Invoke();
        return base.GetUtcNow();
    }

    public override long GetTimestamp()
    {
        AtTimestamp?.Invoke();
        return base.GetTimestamp();
    }
}
