using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Deriving;

/// <summary>
/// Rows of this room beside the resources of one type, which decide whether a change can be. They are written in the commit of the
/// resources, whichever door these come by.
/// </summary>
internal interface IAcceptChanges
{
    /// <summary>The type whose changes it is asked about.</summary>
    string ResourceType { get; }

    /// <summary>Takes over one change, or says why it cannot be: then the write is undone. It waits for nothing but the write.</summary>
    ValueTask<Refusal?> Accept(FhirCall call, WriteTransaction write, ResourceChange change);
}
