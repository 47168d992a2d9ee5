namespace Vagus.Storage.Moving;

/// <summary>
/// Why a move does not begin, or does not go on. The message is the operator's; it names tables, never what is in their rows.
/// </summary>
public sealed class MoveException(string message) : Exception(message);
