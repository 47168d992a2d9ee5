using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Fhir.Auditing;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Api.Tests.Auditing;

/// <summary>A notification tells of several patients at once: the account of one names no type that was another's.</summary>
public sealed class DisclosedTypeTests
{
    private static readonly PatientId P = new("p");
    private static readonly PatientId Q = new("q");

    [Fact]
    public void Each_type_names_the_patients_whose_it_is_once()
    {
        (string, IEnumerable<PatientId>)[] given =
            [("Observation", [P]), ("Condition", [Q]), ("Observation", [P, Q]), ("Practitioner", [])];

        var entries = Disclosures.Of(CallOf(Role.Provider), "Subscription/1", "https://receiver.example", given).ToList();

        Assert.Equal(
            [("type=Observation,to=https://receiver.example", "p,q"), ("type=Condition,to=https://receiver.example", "q")],
            entries.Select(entry => (entry.Detail!, string.Join(',', entry.Patients))));
        Assert.All(entries, entry => Assert.Equal(
            (AuditActions.Disclose, "Subscription/1", "TREAT", "https://receiver.example"),
            (entry.Action, entry.On, entry.Purpose, Disclosures.RecipientOf(entry))));
    }

    [Fact]
    public void What_a_patient_has_sent_is_no_disclosure() =>
        Assert.Empty(Disclosures.Of(CallOf(Role.Patient), "Subscription/1", "https://receiver.example", [("Observation", [P])]));

    private static FhirCall CallOf(Role role)
    {
        var caller = new Caller(new TenantId("north"), new UserId("u"), role, new SessionId("s"));
        return new FhirCall(caller, Reach.Of(caller, TenantNarrowing.None, ceiling: null), "", OwnBases.None, TimeProvider.System)
        {
            Bodies = new BodyBudget(0), Cancel = CancellationToken.None,
        };
    }
}
