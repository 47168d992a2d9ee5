using Vagus.Kernel;

namespace Vagus.Identity.People;

/// <summary>How much of a dependant's record a proxy sees.</summary>
internal enum DependantAccess
{
    None,
    Whole,
    Limited,
}

/// <summary>
/// A patient for whom a user may act, and from when until when. The instant of each request decides: no age of a cache does.
/// </summary>
internal sealed record Dependant(PatientId Patient, DateTimeOffset From, DateTimeOffset LimitedFrom, DateTimeOffset Until)
{
    public DependantAccess At(DateTimeOffset now)
    {
        if (now < From || now >= Until) return DependantAccess.None;
        return now < LimitedFrom ? DependantAccess.Whole : DependantAccess.Limited;
    }

    /// <summary>The next instant at which <see cref="At"/> answers something else.</summary>
    public DateTimeOffset NextChange(DateTimeOffset now) =>
        new[] { From, LimitedFrom, Until }.Where(at => at > now && at <= Until).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
}
