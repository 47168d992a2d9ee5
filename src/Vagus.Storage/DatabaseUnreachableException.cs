namespace Vagus.Storage;

/// <summary>
/// The connection to the database was refused or lost, and nothing was read. Adapters answer that the server is unavailable for a moment.
/// </summary>
/// <param name="code">The driver's code, such as <c>57P01</c>, or a refusal's.</param>
/// <param name="cause">What the driver said.</param>
public sealed class DatabaseUnreachableException(string code, Exception? cause = null)
    : Exception($"The database cannot be reached ({code}).", cause)
{
    public string Code => code;
}
