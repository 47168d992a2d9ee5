using Microsoft.AspNetCore.Http;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Access.Tenants;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Meaning;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Biopsies;

/// <summary>
/// <c>GET /api/biopsies</c>: within the caller's reach, the newest first. <c>?overdue=true</c>: those whose result, or whose review, is
/// overdue by the tenant's limits, the oldest first; each stays there until it is done or cancelled.
/// </summary>
internal sealed class ReadBiopsies(FhirRecords records, TenantSettings settings, TimeProvider clock)
{
    // A page without anything overdue is passed over, so many at most.
    private const int MostPages = 20;

    private static readonly string Codes = string.Join(
        ',', BiopsyOrder.Procedures.Select(code => $"{BiopsyOrder.SnomedSystem}|{code}"));

    public async Task<IResult> List(HttpContext http)
    {
        var query = ListQuery.Read(http.Request.Query, "patientId", "providerId", "overdue");
        if (query.Refusal is { } wrong) return Answers.Refuse(wrong);
        var asked = query.Value;
        var (patient, provider) = (asked.Id("patientId"), asked.Id("providerId"));
        if ((patient.Refusal ?? provider.Refusal) is { } malformed) return Answers.Refuse(malformed);
        if (asked["overdue"] is not (null or "true" or "false"))
            return Answers.Refuse(FieldRefusals.Wrong("overdue", "true or false"));
        var overdueOnly = asked["overdue"] == "true";
        List<(string Name, string? Value)> parameters =
        [
            ("code", Codes), ("patient", patient.Value), ("requester", provider.Value is { } id ? $"Practitioner/{id}" : null),
        ];
        // An order is open until its result was reviewed.
        if (overdueOnly) parameters.AddRange([("status", "active,on-hold,unknown"), ("_sort", "authored")]);
        var call = records.Of(http);
        return Answers.Page(http, overdueOnly ? await Overdue(http, call, asked, parameters) : await Page(http, call, asked, parameters));
    }

    /// <summary>A biopsy with all that belongs to it.</summary>
    public async ValueTask<Result<BiopsyView>> Shown(HttpContext http, RecordCall call, FhirRecord order)
    {
        var views = await Views(http, call, [order]);
        return views.Refusal is { } refusal ? refusal : views.Value[0];
    }

    private async ValueTask<Result<ListPage<BiopsyView>>> Page(
        HttpContext http, RecordCall call, ListQuery asked, IEnumerable<(string Name, string? Value)> parameters)
    {
        var page = await SearchRecords.Page(call, "ServiceRequest", asked, parameters);
        if (page.Refusal is { } refusal) return refusal;
        var views = await Views(http, call, page.Value.Items);
        return views.Refusal is { } unread ? unread : new ListPage<BiopsyView>(views.Value, page.Value.Total, page.Value.Cursor);
    }

    private async ValueTask<Result<ListPage<BiopsyView>>> Overdue(
        HttpContext http, RecordCall call, ListQuery asked, List<(string Name, string? Value)> parameters)
    {
        for (var pages = 1; ; pages++)
        {
            var page = await Page(http, call, asked, parameters);
            if (page.Refusal is { } refusal) return refusal;
            var overdue = page.Value.Items.Where(biopsy => biopsy.Overdue is not null).ToList();
            if (overdue.Count > 0 || page.Value.NextCursor is not { } cursor || pages == MostPages)
                return new ListPage<BiopsyView>(overdue, Total: null, page.Value.NextCursor);
            asked = asked.From(cursor);
        }
    }

    private async ValueTask<Result<List<BiopsyView>>> Views(HttpContext http, RecordCall call, IReadOnlyList<FhirRecord> orders)
    {
        var seesSignatures = http.Reach().May(ResourceInteractions.Search, "Provenance");
        var files = await BiopsyFile.Of(call, orders, seesSignatures);
        if (files.Refusal is { } unread) return unread;
        var names = await NamesOfRecords.In(call, files.Value.SelectMany(BiopsyView.PeopleOf));
        if (names.Refusal is { } unnamed) return unnamed;
        var limits = await BiopsyLimits.Of(settings, call.Caller.Tenant, call.Cancel);
        return files.Value.ConvertAll(file => BiopsyView.Of(file, names.Value, limits, clock.GetUtcNow()));
    }
}
