using Vagus.Kernel;

namespace Vagus.Visibility.Tests;

/// <summary>
/// An event is as sensitive as the most sensitive record it draws from; where something is left without it, that is told to the others.
/// </summary>
public abstract class LabelledDrawTests(House house)
{
    [Fact]
    public async Task A_labelled_value_among_vital_signs_is_left_out_for_those_without_the_permission()
    {
        await using var scene = await Scene.Open(house, Records.Encounter("e", "p1"));

        await scene.Boss.Write(Records.Labelled(Records.Vital("v1", "p1", "e"), Records.Restricted), Records.Vital("v2", "p1", "e"));

        await scene.IsTold(Role.Provider, "encounter.vitals.recorded", shows: ["v2"], hides: ["v1"]);
    }

    [Fact]
    public async Task A_hidden_allergy_still_warns_without_being_named()
    {
        await using var scene = await Scene.Open(house, Records.Labelled(Records.Allergy("a", "p1", "70618"), Records.Restricted));

        await scene.Boss.Write(Records.Prescription("m", "p1", "70618"));

        await scene.IsTold(Role.Pharmacy, "pharmacy.allergy.contraindication", shows: ["m"], hides: ["a"]);
        Assert.DoesNotContain(
            "AllergyIntolerance", await scene.TextOf(Role.Pharmacy, "pharmacy.allergy.contraindication"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_told_of_a_hidden_biopsy_order_is_told_to_those_with_the_permission_only()
    {
        await using var scene = await Scene.Open(house, Records.Labelled(Records.Biopsy("b", "p1"), Records.Restricted));

        await scene.Boss.Write(Records.Specimen("s", "p1", "b"));
        await scene.Boss.Write(Records.Report("r", "p1", more: ""","basedOn":[{"reference":"ServiceRequest/b"}]"""));

        await scene.IsNotTold(Role.Lab, "biopsy.updated");
        await scene.IsNotTold(Role.Lab, "biopsy.result_received");
    }

    [Fact]
    public async Task What_becomes_of_a_hidden_claim_is_told_to_those_with_the_permission_only()
    {
        await using var scene = await Scene.Open(
            house, Records.Organization("ins"), Records.Labelled(Records.Claim("c", "p1"), Records.Restricted));

        await scene.Boss.Write(Records.ClaimResponse("cr", "p1", "c"));

        await scene.IsNotTold(Role.Billing, "claim.status_changed");
        await scene.IsNotTold(Role.Billing, "claim.denied");
    }

    [Fact]
    public async Task The_signature_of_a_hidden_encounter_is_told_to_those_with_the_permission_only()
    {
        await using var scene = await Scene.Open(house, Records.Labelled(Records.Encounter("e", "p1"), Records.Restricted));

        await scene.Boss.Write(Records.Provenance("x", "Encounter/e"));

        await scene.IsNotTold(Role.Provider, "encounter.signed");
        Assert.DoesNotContain((await scene.Hears(Role.Provider)).Updates, update => update.Resource == "Provenance/x");
        Assert.Contains((await scene.Hears(Role.Provider, sensitive: true)).Updates, update => update.Resource == "Provenance/x");
    }

    [Fact]
    public async Task A_critical_value_of_a_hidden_patient_still_alerts_without_the_name()
    {
        await using var scene = await Scene.Open(house);
        await scene.Boss.Write(Records.Labelled(Records.Patient("p1"), Records.Restricted));

        await scene.Boss.Write(Records.Lab("o", "p1", 7.2m));

        await scene.IsTold(Role.Lab, "lab.critical.alert", shows: ["o"], hides: ["p1"]);
    }

    [Fact]
    public async Task What_a_labelled_version_said_is_not_told_when_the_next_one_lifts_the_label()
    {
        await using var scene = await Scene.Open(house, Records.Labelled(Records.Allergy("a", "p1", "70618"), Records.Restricted));

        var resolved = Records.Allergy("a", "p1", "1").Replace("\"active\"", "\"resolved\"", StringComparison.Ordinal);
        await scene.Boss.Write(Records.Labelled(resolved, Records.Normal));

        await scene.IsNotTold(Role.Provider, "patient.allergy.removed");
        Assert.Contains(
            (await scene.Hears(Role.Provider)).Updates, update => update.Resource == "AllergyIntolerance/a" && update.HasContent);
    }

    [Fact]
    public async Task An_appointment_of_a_hidden_patient_is_told_without_the_name()
    {
        await using var scene = await Scene.Open(house);
        await scene.Boss.Write(Records.Labelled(Records.Patient("p1"), Records.Restricted));

        await scene.Boss.Write(Records.Appointment("x", "booked", "Patient/p1", "Practitioner/dr"));

        await scene.IsTold(Role.FrontDesk, "appointment.created", shows: ["dr"], hides: ["p1"]);
    }
}

public sealed class LabelledDrawsOnSqlite(SqliteHouse house) : LabelledDrawTests(house);

public sealed class LabelledDrawsOnPostgres(PostgresHouse house) : LabelledDrawTests(house);
