using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Access.Tests.Visibility;
using Vagus.Access.Visibility;
using Vagus.Kernel;

namespace Vagus.Access.Tests.Authorization;

public sealed class TenantNarrowingTests
{
    private static readonly string[] Types = ["Claim", "Observation", "Patient", "Task"];

    [Theory]
    [InlineData("{}", true)]
    [InlineData("""{"nurse":{"read":["Observation"],"write":["*"],"sensitive":false},"lab":{}}""", true)]
    [InlineData("""{"nurze":{"read":["Observation"]}}""", false)]
    [InlineData("""{"admin":{"write":["Observation"]}}""", false)]
    [InlineData("""{"nurse":{"read":["Observasion"]}}""", false)]
    [InlineData("""{"nurse":{"reads":["Observation"]}}""", false)]
    [InlineData("""{"nurse":{"read":"Observation"}}""", false)]
    [InlineData("""{"nurse":{"read":[7]}}""", false)]
    [InlineData("""{"nurse":{"sensitive":true}}""", false)]
    [InlineData("""{"nurse":{"labels":["SubstanceUse","hiv"]}}""", true)]
    [InlineData("""{"nurse":{"labels":["Secret"]}}""", false)]
    [InlineData("""{"nurse":{"labels":"Hiv"}}""", false)]
    [InlineData("""{"nurse":["Observation"]}""", false)]
    [InlineData("[]", false)]
    [InlineData("\"open\"", false)]
    public void A_setting_that_would_not_do_what_it_says_is_refused(string setting, bool isTaken) =>
        Assert.Equal(isTaken, TenantNarrowing.Refuse(JsonElement.Parse(setting), Types.Contains) is null);

    [Fact]
    public void What_may_not_be_read_may_not_be_written_and_the_rest_stays()
    {
        var narrowing = TenantNarrowing.Parse(JsonElement.Parse("""{"nurse":{"read":["Observation"],"write":["Task"]}}"""));
        var nurse = Reach.Of(EventVisibilityTests.CallerOf(Role.Nurse), narrowing, ceiling: null);
        var provider = Reach.Of(EventVisibilityTests.CallerOf(Role.Provider), narrowing, ceiling: null);

        Assert.Equal(["--", "r-", "rw"], new[] { "Observation", "Task", "Condition" }.Select(type => Rights(nurse, type)));
        Assert.Equal("rw", Rights(provider, "Observation"));
        Assert.DoesNotContain("Observation", Permitted(Role.Nurse, narrowing, "read"));
        Assert.Contains("Task", Permitted(Role.Nurse, narrowing, "read"));
        Assert.DoesNotContain("Task", Permitted(Role.Nurse, narrowing, "create"));
    }

    [Theory]
    [InlineData("""{"nurse":{"read":7}}""")]
    [InlineData("""{"nurse":7}""")]
    [InlineData("7")]
    public void A_stored_setting_that_cannot_be_read_takes_everything_from_its_role(string setting)
    {
        var narrowing = TenantNarrowing.Parse(JsonElement.Parse(setting));

        Assert.Equal("--", Rights(Reach.Of(EventVisibilityTests.CallerOf(Role.Nurse), narrowing, ceiling: null), "Patient"));
        Assert.Equal("rw", Rights(Reach.Of(EventVisibilityTests.CallerOf(Role.Admin), narrowing, ceiling: null), "Patient"));
    }

    [Fact]
    public void Labelled_records_are_hidden_from_a_role_also_where_the_user_has_the_permission()
    {
        var narrowing = TenantNarrowing.Parse(JsonElement.Parse("""{"nurse":{"sensitive":false}}"""));
        var caller = EventVisibilityTests.CallerOf(Role.Nurse) with { SeesLabels = Sensitivity.All };
        var labelled = new RowFacts("Observation", [], Labels: Sensitivity.Hiv, Released: true, []);

        Assert.True(Reach.Of(caller, TenantNarrowing.None, ceiling: null).Covers(ResourceInteractions.Read, labelled));
        Assert.False(Reach.Of(caller, narrowing, ceiling: null).Covers(ResourceInteractions.Read, labelled));
    }

    [Fact]
    public void Categories_of_labels_are_hidden_from_a_role_and_the_others_stay()
    {
        var narrowing = TenantNarrowing.Parse(JsonElement.Parse("""{"nurse":{"labels":["SubstanceUse","Hiv"]}}"""));
        var caller = EventVisibilityTests.CallerOf(Role.Nurse) with { SeesLabels = Sensitivity.All };
        bool Covers(Sensitivity labels) => Reach.Of(caller, narrowing, ceiling: null).Covers(
            ResourceInteractions.Read, new RowFacts("Observation", [], labels, Released: true, []));

        Assert.True(Covers(Sensitivity.MentalHealth | Sensitivity.Restricted));
        Assert.False(Covers(Sensitivity.Hiv));
        Assert.False(Covers(Sensitivity.MentalHealth | Sensitivity.SubstanceUse));
        Assert.False(Covers(Sensitivity.SubstanceUse | Sensitivity.Part2));
        Assert.False(Covers(Sensitivity.All));
    }

    [Fact]
    public void A_live_connection_from_before_the_change_is_narrowed_by_the_policy_of_now()
    {
        var before = Reach.Of(
            EventVisibilityTests.CallerOf(Role.Nurse) with { SeesLabels = Sensitivity.All }, TenantNarrowing.None, ceiling: null);
        var change = new EventFacts("resource.updated") { ResourceType = "Observation", Released = true };
        var labelled = new EventFacts("lab.order.created") { Labels = Sensitivity.Hiv, Released = true };
        TenantPolicy Now(string policy) => TenantPolicy.Parse(visibility: null, JsonElement.Parse(policy));

        Assert.True(EventVisibility.Sees(before, change, Now("{}")));
        Assert.False(EventVisibility.Sees(before, change, Now("""{"nurse":{"read":["Observation"]}}""")));
        Assert.True(EventVisibility.Sees(before, labelled, Now("{}")));
        Assert.False(EventVisibility.Sees(before, labelled, Now("""{"nurse":{"sensitive":false}}""")));
    }

    [Fact]
    public void Sets_of_types_are_combined_as_sets()
    {
        var random = new Random(5);
        for (var round = 0; round < 500; round++)
        {
            var (one, other) = (RandomTypes(random), RandomTypes(random));
            foreach (var type in Types)
            {
                var (a, b) = (one.Contains(type), other.Contains(type));
                Assert.Equal(a && b, one.And(other).Contains(type));
                Assert.Equal(a || b, one.Or(other).Contains(type));
                Assert.Equal(a && !b, one.Without(other).Contains(type));
            }
        }
    }

    private static ResourceTypes RandomTypes(Random random)
    {
        string[] some = [.. Types.Where(_ => random.Next(2) == 0)];
        return random.Next(2) == 0 ? ResourceTypes.Only(some) : ResourceTypes.AllBut(some);
    }

    private static string Rights(Reach reach, string type) =>
        $"{(reach.May(ResourceInteractions.Read, type) ? 'r' : '-')}{(reach.May(ResourceInteractions.Update, type) ? 'w' : '-')}";

    private static IEnumerable<string> Permitted(Role role, TenantNarrowing narrowing, string verb)
    {
        var permissions = Permissions.Of(role, narrowing);
        return Types.Where(type => permissions.GetValueOrDefault(type, permissions.GetValueOrDefault("*", [])).Contains(verb));
    }
}
