using Vagus.Storage.Writing;

namespace Vagus.Fhir.Deriving;

/// <summary>
/// Rows that another room keeps of resources, to answer what a search does not answer fast. They are written in the commit of the
/// resources, whichever door these come by.
/// </summary>
public interface IKeepRows
{
    /// <summary>The type of whose changes the rows are made.</summary>
    string ResourceType { get; }

    /// <summary>Takes over one change. It waits for nothing but the write's own transaction, and refuses nothing.</summary>
    ValueTask Keep(WriteTransaction write, ResourceChange change, CancellationToken cancel);
}
