using Vagus.Fhir.R4.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Demo.Playing;
using Vagus.Demo.Synthetic;
using Vagus.Events;
using Vagus.Fhir.R4.Validation;
using CareRules = Vagus.Care.Tests.Deriving.Clinic;

namespace Vagus.Demo.Tests;

/// <summary>What the demo writes, held against the server's own rules.</summary>
public sealed class ServerRulesTests
{
    [Fact]
    public void Every_resource_and_bundle_is_valid_R4()
    {
        var clinic = Samples.Clinic(patients: 60);

        Assert.All(Samples.AllResources(clinic).Concat(History.Whole(clinic).Select(transaction => transaction.ToBundle())), Valid);
    }

    [Fact]
    public void Every_change_leaves_a_valid_resource()
    {
        var clinic = Samples.Clinic(patients: 60);
        var loaded = Samples.AllResources(clinic).ToDictionary(Place);

        foreach (var change in Samples.Changes(clinic))
        {
            change.Alter(loaded[change.Reference]);
            Valid(loaded[change.Reference]);
        }
    }

    [Fact]
    public void Every_event_it_claims_is_in_the_catalogue()
    {
        Assert.All(DayPlan.Covers, name => Assert.NotNull(EventCatalogue.Find(name)));
    }

    [Fact]
    public async Task Every_step_gives_rise_to_the_events_it_claims()
    {
        var clinic = Samples.Clinic(patients: 20);
        var server = new CareRules();
        var stored = new Dictionary<string, JsonObject>();
        foreach (var transaction in History.Whole(clinic)) await Write(server, stored, transaction.Resources);

        foreach (var step in DayPlan.Of(clinic))
        {
            var told = await Write(server, stored, WrittenBy(step.Act, stored));

            // That a result was opened is told by the audit trail, which the server writes itself.
            var missing = step.Events.Except(told).Except(["lab.result.viewed"]).Where(name => !IsToldLater(name));
            Assert.True(!missing.Any(), $"{step.At:HH:mm} {step.Act}: {string.Join(' ', missing)} is not among {string.Join(' ', told)}");
        }
    }

    /// <summary>Alerts, notifications, messages and news of resources come from other parts of the server than the rules.</summary>
    private static bool IsToldLater(string name) =>
        name.Split('.')[0] is "alert" or "notification" or "thread" or "message" or "note" or "resource";

    private static IReadOnlyList<JsonObject> WrittenBy(Act act, Dictionary<string, JsonObject> stored)
    {
        switch (act)
        {
            case Write write:
                return write.Resources;
            case Change change:
                var resource = (JsonObject)stored[change.Reference].DeepClone();
                return change.Alter(resource) ? [resource] : [];
            case Call { OtherwiseChange: { } otherwise }:
                return WrittenBy(otherwise, stored);
            case Call call:
                return call.Otherwise;
            default:
                return [];
        }
    }

    private static async Task<IReadOnlyList<string>> Write(
        CareRules server, Dictionary<string, JsonObject> stored, IReadOnlyList<JsonObject> resources)
    {
        foreach (var resource in resources) stored[Place(resource)] = resource;
        return (await server.Write([.. resources.Select(resource => resource.ToJsonString())])).Types;
    }

    private static void Valid(JsonObject resource)
    {
        var issues = ResourceValidator.Validate(JsonSerializer.SerializeToElement(resource), OwnBases.None);
        Assert.True(issues.Count == 0, $"{Place(resource)}: {string.Join("; ", issues)}");
    }

    private static string Place(JsonObject resource) => $"{Synthetic.Fhir.TypeOf(resource)}/{Synthetic.Fhir.IdOf(resource)}";
}
