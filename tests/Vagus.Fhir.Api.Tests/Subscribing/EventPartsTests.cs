using Vagus.Fhir.Store;
using Vagus.Fhir.Subscribing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>How much of the events of a subscription is read for one answer.</summary>
public sealed class EventPartsTests
{
    private readonly List<(long First, int Most)> asked = [];

    [Fact]
    public async Task Nothing_is_read_behind_the_event_with_which_the_answer_is_full()
    {
        var told = await EventParts.Fill(1, 1000, (first, most) => Read(first, most, until: 1000, size: 300_000));

        Assert.Equal(EventParts.MostBytes / 300_000, told.Count);
        Assert.Equal([(1, EventParts.PartSize)], asked);
    }

    [Fact]
    public async Task One_event_is_told_however_large_it_is()
    {
        var told = await EventParts.Fill(7, 1000, (first, most) => Read(first, most, until: 1000, size: 6_000_000));

        Assert.Equal([7], told.Select(each => each.Number));
    }

    [Fact]
    public async Task Small_ones_are_read_until_there_are_so_many_or_no_more()
    {
        Assert.Equal(60, (await EventParts.Fill(1, 60, (first, most) => Read(first, most, until: 1000, size: 10))).Count);
        Assert.Equal([(1, 25), (26, 25), (51, 10)], asked);

        Assert.Equal(30, (await EventParts.Fill(1, 60, (first, most) => Read(first, most, until: 30, size: 10))).Count);
        Assert.Empty(await EventParts.Fill(31, 60, (first, most) => Read(first, most, until: 30, size: 10)));
    }

    private ValueTask<List<NotifiedEvent>> Read(long first, int most, long until, int size)
    {
        asked.Add((first, most));
        var count = (int)Math.Clamp(until - first + 1, 0, most);
        return new([.. Enumerable.Range(0, count).Select(each => Event(first + each, size))]);
    }

    private static NotifiedEvent Event(long number, int size) => new(number, DateTimeOffset.UnixEpoch)
    {
        Focus = new StoredResource
        {
            Type = "Observation", Id = "o", Version = 1, UpdatedAt = DateTimeOffset.UnixEpoch, Position = number, Rid = number,
            Body = new byte[size], Interaction = "POST",
        },
    };
}
