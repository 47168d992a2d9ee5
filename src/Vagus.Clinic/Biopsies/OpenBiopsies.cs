using System.Globalization;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Meaning;
using Vagus.Fhir.Records;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Clinic.Biopsies;

/// <summary>
/// Reads the index of open biopsies, the oldest first, and makes it for a tenant whose biopsies were there before it. It names candidates:
/// what the caller sees of them is asked at the FHIR door.
/// </summary>
internal sealed class OpenBiopsies(Database database)
{
    // Of orders that were closed before there was an index, those of a year are looked at: one may have no review.
    private const int Windows = 13;
    private const int MostAtOnce = 20_000;
    private static readonly TimeSpan Window = TimeSpan.FromDays(28);
    private static readonly Refusal BadCursor = FieldRefusals.Wrong("cursor", "one that a page gave");

    /// <summary>The SNOMED CT codes of biopsies, as a search takes them.</summary>
    public static readonly string Codes = string.Join(
        ',', BiopsyOrder.Procedures.Select(code => $"{BiopsyOrder.SnomedSystem}|{code}"));

    /// <summary>A place in the list.</summary>
    internal sealed record Place(long OrderedAt, string Mark)
    {
        public static readonly Place Beginning = new(long.MinValue, "");

        public string ToCursor() => string.Create(CultureInfo.InvariantCulture, $"{OrderedAt}_{Mark}");

        public static Result<Place> Of(string? cursor)
        {
            if (cursor is null) return Beginning;
            return cursor.Split('_') is [var at, { Length: > 0 } mark]
                && long.TryParse(at, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var ordered)
                ? new Place(ordered, mark) : BadCursor;
        }
    }

    /// <summary>Those that were ordered before an instant.</summary>
    public ValueTask<List<(string Id, Place Place)>> Page(
        TenantId tenant, Place after, DateTimeOffset before, int limit, CancellationToken cancel) =>
        database.Query(
            Read, [tenant.Value, after.OrderedAt, after.Mark, before.ToMicroseconds(), (long)limit],
            row => (row.GetString(0), new Place(row.GetInt64(1), row.GetString(2))), cancel);

    /// <summary>Null where the index is there.</summary>
    public async ValueTask<Refusal?> Ensure(RecordCall call)
    {
        var tenant = call.Caller.Tenant;
        if (await database.QueryOne(Made, [tenant.Value], row => (long?)row.GetInt64(0), call.Cancel) is not null) return null;
        var made = await call.Write<int>(turn => Make(turn, tenant));
        return made.Refusal;
    }

    private static async ValueTask<Result<int>> Make(RecordTurn turn, TenantId tenant)
    {
        List<string> queries = [$"code={Uri.EscapeDataString(Codes)}&status=active,on-hold,unknown"];
        for (var (number, until) = (0, turn.At); number < Windows; number++, until -= Window)
        {
            var (from, to) = (Uri.EscapeDataString(Instants.Write(until - Window)), Uri.EscapeDataString(Instants.Write(until)));
            queries.Add($"code={Uri.EscapeDataString(Codes)}&status=completed&_lastUpdated=ge{from}&_lastUpdated=le{to}");
        }

        foreach (var query in queries)
        {
            var found = await turn.Decide("ServiceRequest", query, MostAtOnce);
            if (found.Refusal is { } refusal) return refusal;
            foreach (var order in found.Value.Where(order => OpenBiopsyRows.IsAwaited(order.Json)))
            {
                await turn.Keep(AddKnown, OpenBiopsyRows.ValuesOf(order.Json, tenant.Value, order.Id, order.UpdatedAt));
                foreach (var specimen in BiopsyFile.SpecimensOf(order))
                    await turn.Keep(OpenBiopsyRows.AddSpecimen, [tenant.Value, specimen, order.Id]);
            }
        }

        await turn.Keep(Mark, [tenant.Value, turn.At.ToMicroseconds()]);
        return 0;
    }

    private static readonly Statement Read = new("""
        select biopsy_id, ordered_at, mark
        from clinic_biopsy
        where tenant_id = @tenant_id
          and is_open
          and (ordered_at > @ordered_at or (ordered_at = @ordered_at and mark > @mark))
          and ordered_at < @before
        order by ordered_at, mark
        limit @limit
        """);

    private static readonly Statement Made = new("""
        select made_at
        from clinic_biopsy_index
        where tenant_id = @tenant_id
        """);

    // What is known already was kept with its records, and may have been reviewed.
    private static readonly Statement AddKnown = new("""
        insert into clinic_biopsy (tenant_id, biopsy_id, ordered_at, mark, is_open)
        values (@tenant_id, @biopsy_id, @ordered_at, @mark, true)
        on conflict (tenant_id, biopsy_id) do nothing
        """);

    private static readonly Statement Mark = new("""
        insert into clinic_biopsy_index (tenant_id, made_at)
        values (@tenant_id, @made_at)
        on conflict (tenant_id) do nothing
        """);
}
