namespace Vagus.Realtime;

/// <summary>Limits of the live gateways.</summary>
public sealed record RealtimeOptions;
