using System.Data.Common;

namespace Vagus.Fhir.Store;

/// <summary>
/// How many bytes of bodies one request may bring into memory. A thousand small resources make a page; so do three large ones: what comes
/// after the budget is spent is left in the database, and the page ends before it. The entries of a batch share one budget and run side by
/// side.
/// </summary>
internal sealed class BodyBudget(long bytes)
{
    private long left = bytes;

    /// <summary>A budget of what is left; what is spent of it is not spent here.</summary>
    public BodyBudget Copy() => new(Interlocked.Read(ref left));

    public StoredResource Read(DbDataReader row)
    {
        var read = StoredResource.Read(row, withBody: Interlocked.Read(ref left) > 0);
        Spend(read);
        return read;
    }

    /// <summary>Counts a body that was read by itself. False when the budget had been spent before.</summary>
    public bool Spend(StoredResource resource)
    {
        var size = resource.Body?.Length ?? 0;
        return Interlocked.Add(ref left, -size) + size > 0;
    }
}
