using Vagus.Access.Requests;
using Vagus.Clinic.Records;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Biopsies;

/// <summary>Of which patient, and ordered by whom; null: whichever.</summary>
internal sealed record BiopsyFilter(string? PatientId, string? ProviderId)
{
    public static Result<BiopsyFilter> Of(ListQuery query)
    {
        var (patient, provider) = (query.Id("patientId"), query.Id("providerId"));
        if (query["overdue"] is not (null or "true" or "false")) return FieldRefusals.Wrong("overdue", "true or false");
        return (patient.Refusal ?? provider.Refusal) is { } wrong ? wrong : new BiopsyFilter(patient.Value, provider.Value);
    }

    public bool Takes(FhirRecord order) =>
        (PatientId is null || order.Json.ReferenceTo("subject", "Patient") == PatientId)
        && (ProviderId is null || order.Json.ReferenceTo("requester", "Practitioner") == ProviderId);
}
