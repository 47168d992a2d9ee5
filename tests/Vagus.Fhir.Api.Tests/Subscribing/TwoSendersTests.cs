using Vagus.Storage.Sql;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>Two processes on the same data number and send: each event once, in the order of the log.</summary>
public abstract class TwoSendersTests(Engine engine) : IAsyncLifetime
{
    private const int Writers = 4;
    private const int Each = 20;
    private const int All = 2 * Writers * Each;
    private readonly FhirServer first = new SubscriptionServer(engine);
    private FhirServer? second;

    public async ValueTask InitializeAsync()
    {
        await first.InitializeAsync();
        second = new SubscriptionServer(engine, besides: first);
        await second.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (second is not null) await second.DisposeAsync();
        await first.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Writers_at_both_leave_numbers_without_a_gap_and_none_twice()
    {
        await using var desk = await Desk.Open(first);
        var hook = await desk.Subscribe(desk.Form());
        var socket = (await desk.Owner.Create(desk.SocketForm())).Is(201).Id;
        var there = new Person(second ?? throw new InvalidOperationException("not started"), desk.Owner.Token);
        await using var near = await BoundSocket.Bound(desk.Owner, socket);
        await using var far = await BoundSocket.Bound(there, socket);

        await Task.WhenAll(Enumerable.Range(0, 2 * Writers).Select(writer => Write(writer % 2 == 0 ? desk.Owner : there, writer)));

        var numbers = Enumerable.Range(1, All).Select(number => (long)number).ToList();
        Assert.Equal(numbers, await desk.Numbers(All));
        Assert.Equal(numbers, await near.Numbers(All));
        Assert.Equal(numbers, await far.Numbers(All));
        var written = (await desk.Clinic.Log()).Where(each => each.Resource?.StartsWith("Observation/", StringComparison.Ordinal) == true)
            .Select(each => each.Resource!.Split('/')[1]).ToList();
        Assert.Equal(written, desk.Taken("event-notification").SelectMany(told => told.Focuses));
        Assert.Equal(written, near.Of("event-notification").SelectMany(told => told.Focuses));
        Assert.Equal(written, far.Of("event-notification").SelectMany(told => told.Focuses));
        var rows = new SubscriptionRows(desk);
        Assert.Equal((All, All), ((await rows.Of(hook)).Events, (await rows.Of(socket)).Events));
    }

    private static async Task Write(Person person, int writer)
    {
        for (var number = 0; number < Each; number++)
        {
            var id = $"o-{writer}-{number}";
            (await person.Put($"Observation/{id}", Sample.Observation("Patient/p", id: id))).Is(201);
        }
    }
}

public sealed class TwoSendersOnSqlite() : TwoSendersTests(Engine.Sqlite);

public sealed class TwoSendersOnPostgres() : TwoSendersTests(Engine.Postgres);
