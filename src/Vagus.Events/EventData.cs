namespace Vagus.Events;

/// <summary>What an event tells: the <c>data</c> of its envelope. One sealed record per type of the catalogue.</summary>
public abstract record EventData;
