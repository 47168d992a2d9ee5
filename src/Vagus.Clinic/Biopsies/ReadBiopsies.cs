using Microsoft.AspNetCore.Http;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Access.Requests;
using Vagus.Access.Tenants;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Meaning;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Biopsies;

/// <summary><c>GET /api/biopsies</c>: within the caller's reach, the newest first. <c>GET /api/biopsies/{id}</c>.</summary>
internal sealed class ReadBiopsies(FhirRecords records, TenantSettings settings, TimeProvider clock)
{
    public static readonly string[] Parameters = ["patientId", "providerId", "overdue"];

    public async Task<IResult> One(string id, HttpContext http)
    {
        var call = records.Of(http);
        var order = await call.Read("ServiceRequest", id);
        if (order.Refusal is { } refusal) return Answers.Refuse(refusal);
        return BiopsyOrder.Is(order.Value.Json)
            ? Answers.Of(http, await Shown(http, call, order.Value)) : Answers.Refuse(BiopsyFile.NoBiopsy);
    }

    public async Task<IResult> List(HttpContext http)
    {
        var query = ListQuery.ReadCounted(http.Request.Query, Parameters);
        if (query.Refusal is { } wrong) return Answers.Refuse(wrong);
        var filter = BiopsyFilter.Of(query.Value);
        if (filter.Refusal is { } malformed) return Answers.Refuse(malformed);
        var call = records.Of(http);
        var page = await SearchRecords.Page(
            call, "ServiceRequest", query.Value,
            [
                ("code", OpenBiopsies.Codes), ("patient", filter.Value.PatientId),
                ("requester", filter.Value.ProviderId is { } provider ? $"Practitioner/{provider}" : null),
            ]);
        if (page.Refusal is { } refusal) return Answers.Refuse(refusal);
        var views = await Views(http, call, page.Value.Items);
        return views.Refusal is { } unread ? Answers.Refuse(unread) : Answers.Page<BiopsyView>(
            http, new ListPage<BiopsyView>(views.Value, page.Value.Total, page.Value.Cursor));
    }

    /// <summary>A biopsy with all that belongs to it.</summary>
    public async ValueTask<Result<BiopsyView>> Shown(HttpContext http, RecordCall call, FhirRecord order)
    {
        var views = await Views(http, call, [order]);
        return views.Refusal is { } refusal ? refusal : views.Value[0];
    }

    public async ValueTask<Result<List<BiopsyView>>> Views(HttpContext http, RecordCall call, IReadOnlyList<FhirRecord> orders)
    {
        var seesSignatures = http.Reach().May(ResourceInteractions.Search, "Provenance");
        var files = await BiopsyFile.Of(call, orders, seesSignatures);
        if (files.Refusal is { } unread) return unread;
        var names = await NamesOfRecords.In(call, files.Value.SelectMany(BiopsyView.PeopleOf));
        if (names.Refusal is { } unnamed) return unnamed;
        var limits = await Limits(call);
        return files.Value.ConvertAll(file => BiopsyView.Of(file, names.Value, limits, clock.GetUtcNow()));
    }

    public ValueTask<BiopsyLimits> Limits(RecordCall call) => BiopsyLimits.Of(settings, call.Caller.Tenant, call.Cancel);
}
