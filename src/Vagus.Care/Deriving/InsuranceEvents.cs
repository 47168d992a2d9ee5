using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;
using Vagus.Fhir.Deriving;

namespace Vagus.Care.Deriving;

/// <summary>An insurer's answer that the patient is covered.</summary>
internal sealed class InsuranceEvents() : ChangeRule("CoverageEligibilityResponse")
{
    protected override async ValueTask Derive(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if (change.Patient is not { } patient || change.Entered(IsInForce) is not { } response) return;

        var coverage = InForce(response).Select(insurance => insurance.ReferenceTo("coverage", "Coverage"))
            .FirstOrDefault(id => id is not null);
        var validUntil = InForce(response).Select(insurance => insurance.Child("benefitPeriod")?.Text("end"))
            .FirstOrDefault(end => end is not null);
        await derivation.Tell(change, async view => new PatientInsuranceVerified(
            patient.Value,
            change.VersionedReference,
            response.Child("insurer") is { } reference ? await view.NameOf(reference, cancel) : null,
            coverage,
            validUntil));
    }

    private static bool IsInForce(JsonElement response) =>
        response.Status() == "active" && response.Text("outcome") == "complete" && InForce(response).Any();

    private static IEnumerable<JsonElement> InForce(JsonElement response) =>
        response.Items("insurance").Where(insurance => insurance.Is("inforce"));
}
