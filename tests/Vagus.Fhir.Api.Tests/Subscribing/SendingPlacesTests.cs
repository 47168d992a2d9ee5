using Vagus.Fhir.Subscribing;
using Vagus.Kernel;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>Who gets a place to be sent from, while others hold theirs.</summary>
public sealed class SendingPlacesTests
{
    private readonly SendingPlaces places = new(all: 32, ofTenant: 8, ofReceiver: 4);

    [Fact]
    public void A_receiver_has_a_part_of_its_tenants_places_and_a_tenant_a_part_of_all()
    {
        Assert.Equal(4, Take("a", "one", 20));
        Assert.Equal(4, Take("a", "two", 20));
        Assert.Equal(0, Take("a", "three", 20));
        Assert.Equal(4, Take("b", "one", 20));

        Assert.Equal("[\"a\"]", places.FullTenants());
        Assert.Equal("[\"a one\",\"a two\",\"b one\"]", places.FullReceivers());
    }

    [Fact]
    public void Five_tenants_that_want_all_leave_places_for_others()
    {
        for (var tenant = 0; tenant < 5; tenant++)
        {
            for (var receiver = 0; receiver < 4; receiver++) Take($"t{tenant}", $"r{receiver}", 20);
        }

        Assert.True(places.AreFree);
        Assert.Equal(1, Take("last", "one", 1));
    }

    [Fact]
    public void A_receiver_that_does_not_answer_halves_its_part_and_gets_it_back()
    {
        var row = Row("a", "one");
        for (var time = 0; time < 10; time++) places.Note(row, hasAnswered: false);
        Assert.Equal(1, Take("a", "one", 20));

        for (var time = 0; time < 2; time++) places.Note(row, hasAnswered: true);

        Assert.Equal(3, Take("a", "one", 20));
        Assert.Equal(4, Take("a", "two", 20));
    }

    [Fact]
    public void A_place_that_is_left_is_free()
    {
        Take("a", "one", 20);

        places.Leave(Row("a", "one"));

        Assert.Equal("[]", places.FullReceivers());
        Assert.Equal(1, Take("a", "one", 20));
    }

    private int Take(string tenant, string receiver, int times) =>
        Enumerable.Range(0, times).Count(_ => places.TryTake(Row(tenant, receiver)));

    private static SubscriptionRow Row(string tenant, string receiver) => new()
    {
        Tenant = new TenantId(tenant), Id = "s", Position = 1, Since = 1, Owner = new SubscriptionOwner(new UserId("u")),
        Status = "active", IsDeleted = false,
        Plan = SubscriptionPlan.None with { Endpoint = $"https://{receiver}/hook" },
        Events = 0, Delivered = 0, Attempts = 0, Pushes = true, IsHeld = false,
    };
}
