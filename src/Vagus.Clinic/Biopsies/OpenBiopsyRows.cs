using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vagus.Clinic.Records;
using Vagus.Fhir.Deriving;
using Vagus.Fhir.Meaning;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Clinic.Biopsies;

/// <summary>
/// An index of the biopsies that wait for a result or a review, kept with each order, report and signature, whichever door it comes by. It
/// holds all that wait and may hold more: what a biopsy waits for is read from its records.
/// </summary>
internal sealed class OpenBiopsyRows(string type) : IKeepRows
{
    /// <summary>The types of whose changes the rows are made.</summary>
    public static readonly IReadOnlyList<string> Types = ["ServiceRequest", "DiagnosticReport", "Provenance"];

    private const int MostReferences = 50;

    public string ResourceType => type;

    public ValueTask Keep(WriteTransaction write, ResourceChange change, CancellationToken cancel) => type switch
    {
        "ServiceRequest" => Order(write, change, cancel),
        "DiagnosticReport" => Report(write, change, cancel),
        _ => Signature(write, change, cancel),
    };

    /// <summary>The values of <see cref="Open"/>.</summary>
    public static object?[] ValuesOf(JsonElement order, string tenant, string id, DateTimeOffset writtenAt) =>
        [tenant, id, (order.Instant("authoredOn") ?? writtenAt).ToMicroseconds(), MarkOf(id)];

    /// <summary>An order for a biopsy that was placed and not withdrawn.</summary>
    public static bool IsAwaited(JsonElement? order) =>
        order is { } placed && BiopsyOrder.Is(placed) && placed.Text("status") is "active" or "on-hold" or "unknown" or "completed";

    private static async ValueTask Order(WriteTransaction write, ResourceChange change, CancellationToken cancel)
    {
        var (was, isAwaited) = (IsAwaited(change.Before), IsAwaited(change.After));
        if (change.After is { } order && isAwaited && !was)
            await write.Queue(Open, ValuesOf(order, write.Tenant.Value, change.Id, write.At), cancel);
        if (was || isAwaited) await Specimens(write, change, cancel);
        // A review by the door of this room; the signature says the same where the report is known here.
        var isDone = IsReviewed(change.After) && !IsReviewed(change.Before);
        if ((was && !isAwaited) || isDone) await write.Queue(Close, [write.Tenant.Value, change.Id], cancel);
    }

    private static async ValueTask Specimens(WriteTransaction write, ResourceChange change, CancellationToken cancel)
    {
        List<string> before = [.. Of(change.Before)], after = [.. Of(change.After)];
        if (before.SequenceEqual(after)) return;
        await write.Queue(ForgetSpecimens, [write.Tenant.Value, change.Id], cancel);
        foreach (var specimen in after) await write.Queue(AddSpecimen, [write.Tenant.Value, specimen, change.Id], cancel);

        static IEnumerable<string> Of(JsonElement? order) => order is { } named ? BiopsyFile.SpecimensOf(named) : [];
    }

    private static async ValueTask Report(WriteTransaction write, ResourceChange change, CancellationToken cancel)
    {
        if (change.After is not { } report || report.Text("status") is not ("final" or "amended" or "corrected" or "appended")) return;
        var biopsies = Ids(report, "basedOn", "ServiceRequest").Union(await OfSpecimens(write, report, cancel), StringComparer.Ordinal);
        foreach (var biopsy in biopsies)
        {
            await write.Queue(AddReport, [change.Id, write.Tenant.Value, biopsy], cancel);
            await write.Queue(Reopen, [write.Tenant.Value, biopsy], cancel);
        }
    }

    /// <summary>A report may name the specimen alone.</summary>
    private static async ValueTask<IReadOnlyList<string>> OfSpecimens(WriteTransaction write, JsonElement report, CancellationToken cancel)
    {
        List<string> specimens = [.. Ids(report, "specimen", "Specimen")];
        return specimens.Count == 0 ? [] : await write.Query(
            BiopsiesOf, [write.Tenant.Value, JsonSerializer.Serialize(specimens)], row => row.GetString(0), cancel);
    }

    private static IEnumerable<string> Ids(JsonElement report, string element, string type) =>
        report.Items(element).Select(each => each.IdOf(type)).OfType<string>().Take(MostReferences);

    private static async ValueTask Signature(WriteTransaction write, ResourceChange change, CancellationToken cancel)
    {
        if (change.After is not { } provenance || provenance.First("signature") is null) return;
        foreach (var target in provenance.Items("target").Take(MostReferences))
        {
            if (target.IdOf("DiagnosticReport") is { } report)
                await write.Queue(CloseByReport, [write.Tenant.Value, report], cancel);
            else if (target.IdOf("ServiceRequest") is { } biopsy)
                await write.Queue(CloseReported, [write.Tenant.Value, biopsy], cancel);
        }
    }

    private static bool IsReviewed(JsonElement? order) => order is { } known && StateTag.Of(known) == BiopsyStatus.Reviewed;

    // In place of the id in cursors: an id may be of a record that the caller does not see.
    private static string MarkOf(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..16];

    public static readonly Statement Open = new("""
        insert into clinic_biopsy (tenant_id, biopsy_id, ordered_at, mark, is_open)
        values (@tenant_id, @biopsy_id, @ordered_at, @mark, true)
        on conflict (tenant_id, biopsy_id) do update set is_open = true, ordered_at = excluded.ordered_at
        """);

    public static readonly Statement AddSpecimen = new("""
        insert into clinic_biopsy_specimen (tenant_id, specimen_id, biopsy_id)
        values (@tenant_id, @specimen_id, @biopsy_id)
        on conflict (tenant_id, specimen_id, biopsy_id) do nothing
        """);

    private static readonly Statement ForgetSpecimens = new("""
        delete from clinic_biopsy_specimen
        where tenant_id = @tenant_id
          and biopsy_id = @biopsy_id
        """);

    private static readonly Statement Reopen = new("""
        update clinic_biopsy
        set is_open = true
        where tenant_id = @tenant_id
          and biopsy_id = @biopsy_id
        """);

    private static readonly Statement Close = new("""
        update clinic_biopsy
        set is_open = false
        where tenant_id = @tenant_id
          and biopsy_id = @biopsy_id
        """);

    // Reports of other orders than biopsies are of no interest here.
    private static readonly Statement AddReport = new("""
        insert into clinic_biopsy_report (tenant_id, report_id, biopsy_id)
        select b.tenant_id, @report_id, b.biopsy_id
        from clinic_biopsy b
        where b.tenant_id = @tenant_id
          and b.biopsy_id = @biopsy_id
        on conflict (tenant_id, report_id, biopsy_id) do nothing
        """);

    private static readonly Statement BiopsiesOf = ListSql.With(list => $"""
        select distinct biopsy_id
        from clinic_biopsy_specimen
        where tenant_id = @tenant_id
          and specimen_id in ({list("specimens")})
        order by biopsy_id
        """);

    private static readonly Statement CloseByReport = new("""
        update clinic_biopsy
        set is_open = false
        where tenant_id = @tenant_id
          and biopsy_id in (
            select r.biopsy_id
            from clinic_biopsy_report r
            where r.tenant_id = @tenant_id
              and r.report_id = @report_id)
        """);

    // An order that is signed before there is a report is not reviewed.
    private static readonly Statement CloseReported = new("""
        update clinic_biopsy
        set is_open = false
        where tenant_id = @tenant_id
          and biopsy_id = @biopsy_id
          and exists (
            select 1
            from clinic_biopsy_report r
            where r.tenant_id = @tenant_id
              and r.biopsy_id = @biopsy_id)
        """);
}
