namespace Vagus.Storage.Consuming;

/// <summary>A consumer or duty that this release has, and that a setting may leave out of a process.</summary>
public sealed record ConsumerOfRelease(string Name);
