using Vagus.Kernel;
using Vagus.Storage.Log;

namespace Vagus.Access.Visibility;

/// <summary>
/// Which labels stand on events of the log now, for rooms that judge by labels alone and know no resources: a record may have been labelled
/// after its event was written. The room that keeps the resources implements it.
/// </summary>
public interface IReadEventLabels
{
    /// <summary>For each row one answer, in the order of the rows, which are of one tenant.</summary>
    ValueTask<IReadOnlyList<EventLabels>> Of(TenantId tenant, IReadOnlyList<LoggedEvent> rows, CancellationToken cancel);
}

/// <summary>The labels of then and of now.</summary>
/// <param name="Whole">Of all that the event holds something of.</param>
/// <param name="Open">Of what its open form holds something of.</param>
public sealed record EventLabels(Sensitivity Whole, Sensitivity Open);
