using System.Text.Json.Nodes;
using Vagus.Demo.Playing;
using Vagus.Demo.Synthetic;

namespace Vagus.Demo.Tests;

public sealed class GenerationTests
{
    [Fact]
    public void The_same_seed_writes_the_same_bytes()
    {
        var first = Text(Samples.Clinic(seed: 7));
        var second = Text(Samples.Clinic(seed: 7));

        Assert.Equal(first, second);
    }

    [Fact]
    public void Another_seed_or_tenant_shares_no_id()
    {
        var ids = Ids(Samples.Clinic(seed: 7));

        Assert.Empty(ids.Intersect(Ids(Samples.Clinic(seed: 8))));
        Assert.Empty(ids.Intersect(Ids(Samples.Clinic(seed: 7, tenant: "valley"))));
    }

    [Fact]
    public void The_draw_does_not_depend_on_the_runtime()
    {
        var dice = new Dice(StableId.Seed("1/harbor/patient/0"));

        Assert.Equal("e2320b8b-39cc-88af-a0de-08ca0d90ac6c", StableId.From("1/harbor/patient/0"));
        Assert.Equal(Expected, Enumerable.Range(0, 5).Select(_ => dice.Between(1, 100)));
    }

    [Fact]
    public void No_id_is_used_twice()
    {
        var places = Samples.AllResources(Samples.Clinic()).Select(Place).ToList();

        Assert.Equal(places.Count, places.Distinct().Count());
    }

    [Fact]
    public void Every_bundle_is_a_transaction_of_puts_under_the_resources_own_ids()
    {
        foreach (var bundle in History.Whole(Samples.Clinic()).Select(transaction => transaction.ToBundle()))
        {
            Assert.Equal("transaction", (string?)bundle["type"]);
            Assert.All(Entries(bundle), entry =>
            {
                Assert.Equal("PUT", (string?)entry["request"]?["method"]);
                Assert.Equal(Place((JsonObject)entry["resource"]!), (string?)entry["request"]?["url"]);
                Assert.StartsWith("urn:uuid:", (string?)entry["fullUrl"]);
            });
        }
    }

    [Fact]
    public void Every_reference_points_to_something_written_before_or_in_the_same_transaction()
    {
        var clinic = Samples.Clinic();
        var known = new HashSet<string>();

        foreach (var transaction in History.Whole(clinic))
        {
            known.UnionWith(transaction.Resources.Select(Place));
            Assert.All(transaction.Resources.SelectMany(Samples.References), reference => Assert.Contains(reference, known));
        }
    }

    [Fact]
    public void Yesterdays_patients_are_todays_but_the_appointments_are_new()
    {
        var today = Samples.Clinic();
        var tomorrow = today with { Date = today.Date.AddDays(1) };

        Assert.Equal(History.Write(today, today.Patients[0]).Witness, History.Write(tomorrow, tomorrow.Patients[0]).Witness);
        Assert.Empty(
            Appointments.OfTheDay(today).Select(booking => booking.Id)
            .Intersect(Appointments.OfTheDay(tomorrow).Select(booking => booking.Id)));
    }

    [Fact]
    public void A_full_clinic_has_critical_values_and_every_kind_of_record()
    {
        var resources = Samples.AllResources(Samples.Clinic(patients: 60));

        string[] kinds =
        [
            "Patient", "Condition", "AllergyIntolerance", "MedicationRequest", "MedicationDispense", "Encounter", "Observation",
                "DiagnosticReport", "ServiceRequest",
            "ImagingStudy", "Immunization", "Coverage", "Claim", "ClaimResponse", "Specimen", "Appointment", "Practitioner",
                "PractitionerRole", "Organization", "Location",
        ];
        Assert.Empty(kinds.Except(resources.Select(resource => (string?)resource["resourceType"])));
        Assert.Contains(resources, resource => (string?)resource["interpretation"]?[0]?["coding"]?[0]?["code"] == "HH");
    }

    [Fact]
    public void A_provider_and_a_patient_are_never_booked_twice_at_one_time()
    {
        var bookings = Appointments.OfTheDay(Samples.Clinic(patients: 60));

        Assert.Equal(bookings.Count, bookings.Select(booking => (booking.Provider.Id, booking.Start)).Distinct().Count());
        Assert.Equal(bookings.Count, bookings.Select(booking => booking.Patient.Id).Distinct().Count());
    }

    [Fact]
    public void A_fhir_id_in_the_sign_ins_becomes_the_persons_id()
    {
        var tenant = Samples.Tenant();
        var users = tenant.Users.Select(user => user with { FhirId = user.Role is "patient" or "provider" ? $"{user.Role}-1" : null })
            .ToList();

        var clinic = Clinic.Of(tenant with { Users = users }, seed: 1, patients: 3, Samples.Date, TimeSpan.Zero);

        Assert.Equal("patient-1", clinic.Patients[0].Id);
        Assert.Contains(clinic.Providers, provider => provider.Id == "provider-1");
    }

    private static readonly int[] Expected = [78, 75, 51, 16, 35];

    private static string Place(JsonObject resource) => $"{Synthetic.Fhir.TypeOf(resource)}/{Synthetic.Fhir.IdOf(resource)}";

    private static IEnumerable<JsonNode> Entries(JsonObject bundle) => ((JsonArray)bundle["entry"]!).Select(entry => entry!);

    private static HashSet<string> Ids(Clinic clinic) => [.. Samples.AllResources(clinic).Select(Synthetic.Fhir.IdOf)];

    private static string Text(Clinic clinic) => string.Join('\n',
        Samples.AllResources(clinic).Select(resource => resource.ToJsonString())
            .Concat(DayPlan.Of(clinic).Select(step => $"{step.At:O} {step.Actor} {string.Join(' ', step.Events)}")));
}
