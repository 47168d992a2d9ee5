using Vagus.Kernel;

namespace Vagus.Access.Sessions;

/// <summary>A verified credential: who it is, and until when it counts without being shown again.</summary>
public sealed record Admission(Caller Caller, DateTimeOffset ExpiresAt);
