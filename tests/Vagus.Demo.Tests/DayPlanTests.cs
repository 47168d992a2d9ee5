using Vagus.Demo.Playing;
using Vagus.Demo.Synthetic;
using Vagus.Events;

namespace Vagus.Demo.Tests;

public sealed class DayPlanTests
{
    [Theory]
    [InlineData(25)]
    [InlineData(60)]
    public void A_day_covers_every_event_it_claims_and_no_other(int patients)
    {
        var events = DayPlan.Of(Samples.Clinic(patients: patients)).SelectMany(step => step.Events).ToHashSet();

        Assert.Equal(DayPlan.Covers.Order(), events.Order());
    }

    [Fact]
    public void A_day_covers_the_catalogue() =>
        Assert.Equal(EventCatalogue.All.Select(type => type.Name).Order(), DayPlan.Covers.Order());

    [Fact]
    public void Every_staff_role_acts_in_a_day()
    {
        var roles = DayPlan.Of(Samples.Clinic()).Select(step => step.Actor.Role).ToHashSet();

        Assert.Empty(Samples.Roles.Except(roles).Except(["admin", "patient"]));
    }

    [Fact]
    public void Steps_come_in_the_order_of_the_clock()
    {
        var times = DayPlan.Of(Samples.Clinic()).Select(step => step.At).ToList();

        Assert.Equal(times.Order(), times);
    }

    [Fact]
    public void Every_step_refers_only_to_what_was_loaded_or_written_before_it()
    {
        var clinic = Samples.Clinic();
        var known = History.Whole(clinic).SelectMany(transaction => transaction.Resources).Select(Place).ToHashSet();

        foreach (var step in DayPlan.Of(clinic))
        {
            if (step.Act is Write write) known.UnionWith(write.Resources.Select(Place));
            Assert.All(ReferencesOf(step.Act), reference => Assert.Contains(reference, known));
        }
    }

    [Fact]
    public void Changing_twice_changes_once()
    {
        var clinic = Samples.Clinic();
        var loaded = Samples.AllResources(clinic).ToDictionary(Place);

        foreach (var change in Samples.Changes(clinic))
        {
            Assert.True(change.Alter(loaded[change.Reference]), change.Reference);
            Assert.False(change.Alter(loaded[change.Reference]), change.Reference);
        }
    }

    [Fact]
    public void The_contraindicated_prescription_names_the_ingredient_of_the_allergy()
    {
        var played = Samples.Played(Samples.Clinic()).ToList();
        var ingredient = Drugs.Amoxicillin.Ingredient.Value;

        Assert.Contains(
            played, resource =>
            Synthetic.Fhir.TypeOf(resource) == "AllergyIntolerance" && resource.ToJsonString().Contains($"\"{ingredient}\""));
        Assert.Contains(
            played, resource =>
            Synthetic.Fhir.TypeOf(resource) == "MedicationRequest" && resource.ToJsonString().Contains($"\"{ingredient}\""));
    }

    private static string Place(System.Text.Json.Nodes.JsonObject resource) =>
        $"{Synthetic.Fhir.TypeOf(resource)}/{Synthetic.Fhir.IdOf(resource)}";

    private static IEnumerable<string> ReferencesOf(Act act) => act switch
    {
        Write write => write.Resources.SelectMany(Samples.References),
        Change change => [change.Reference],
        Call call => call.Otherwise.SelectMany(Samples.References),
        _ => [],
    };
}
