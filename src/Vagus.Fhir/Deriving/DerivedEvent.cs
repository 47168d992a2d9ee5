using Vagus.Events;
using Vagus.Kernel;
using Vagus.Storage.Log;

namespace Vagus.Fhir.Deriving;

/// <summary>
/// An event as a rule told it. <paramref name="Open"/> is its form for those who may not see all that <paramref name="Draws"/> names; null
/// where there is none, or where there is nothing to leave out.
/// </summary>
public sealed record DerivedEvent(ResourceChange About, EventData Data, EventData? Open, IReadOnlyList<EventDraw> Draws)
{
    /// <summary>The labels of all that it holds something of: the whole form is for callers who may see all of them.</summary>
    public Sensitivity Labels => Draws.Aggregate(Sensitivity.None, (all, draw) => all | draw.Labels);
}
