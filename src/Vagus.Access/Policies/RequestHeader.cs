namespace Vagus.Access.Policies;

/// <summary>Metadata of an endpoint: a header that it reads, for the description of the API.</summary>
public sealed record RequestHeader(string Name, string Description);
