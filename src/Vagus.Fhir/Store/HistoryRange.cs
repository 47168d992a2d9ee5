using Vagus.Access.Authorization;
using Vagus.Fhir.R4.Indexing;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Store;

/// <summary>Which part of a history is asked for (R4 §3.1.0.12).</summary>
/// <param name="Limit">How many versions.</param>
/// <param name="Before">The log position of the last version of the page before; null on the first page.</param>
/// <param name="Since">Versions from this instant on.</param>
internal sealed record HistoryRange(int Limit, long? Before, DateTimeOffset? Since)
{
    /// <summary>Versions that were the current one at some time of it; null: all.</summary>
    public DateRange? At { get; init; }

    /// <summary>True when nothing but the number of versions is limited: an empty answer then means that there is no resource.</summary>
    public bool IsWhole => Before is null && Since is null && At is null;

    /// <summary>Adds the conditions on the versions <c>v</c>.</summary>
    public void AddTo(SqlText text, Reach reach)
    {
        if (Before is { } before) text.Add($"  and v.position < {text.Value(before)}");
        if (Since is { } since) text.Add($"  and v.updated_at >= {text.Value(since.ToMicroseconds())}");
        if (At is not { } at) return;
        text.Add($"  and v.updated_at < {text.Value(at.High.ToMicroseconds())}").Add($"""
              and not exists (
                select 1 from fhir_version n where n.tenant_id = {text.Tenant(reach.Tenant)} and n.rid = r.rid
                  and n.version = v.version + 1 and n.updated_at <= {text.Value(at.Low.ToMicroseconds())})
            """);
    }
}
