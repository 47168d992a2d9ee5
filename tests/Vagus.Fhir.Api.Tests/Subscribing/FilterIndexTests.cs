using Vagus.Fhir.Live;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Subscribing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>
/// With ten thousand subscriptions, a write asks those alone that its values lead to: filters are counted, not milliseconds.
/// </summary>
public abstract class FilterIndexTests(SubscriptionServer server)
{
    private const int Many = 10_000;

    [Fact]
    public async Task A_write_asks_the_filters_that_its_values_lead_to_and_no_other_one()
    {
        await using var desk = await Desk.Open(server);
        (await (await desk.Clinic.Admin()).Put("Basic/own", OwnTopic.Form(
            $"{OwnTopic.Trigger(OwnTopic.Path("%current.status = 'final'"))},{OwnTopic.Filter("patient")}"))).Is(201);
        var changes = await Row(desk, desk.SocketForm("Observation?patient=Patient/p-0"));
        var own = await Row(desk, desk.SocketForm("Observation?patient=Patient/p-0", topic: OwnTopic.Url));
        var events = await Row(desk, desk.SocketForm("patient=Patient/p-0", topic: $"{desk.BaseUrl}/SubscriptionTopic/lab.critical.alert"));
        var index = await Filled(desk, [changes, own, events]);
        foreach (var patient in new[] { "p-17", "nobody" })
        {
            (await desk.Owner.Put($"Patient/{patient}", Sample.Patient("P", patient))).Is(201);
            (await desk.Owner.Put($"Observation/of-{patient}", Charts.Records.Value($"of-{patient}", patient, 6.9m, "HH"))).Is(201);
        }

        Assert.Equal(new[] { $"{own.Id}-17", $"{changes.Id}-17" }.Order(StringComparer.Ordinal), await Asked(desk, index, "of-p-17"));
        Assert.Empty(await Asked(desk, index, "of-nobody"));
        Assert.Equal([$"{events.Id}-17"], await Alerted(desk, index, "of-p-17"));
        Assert.Empty(await Alerted(desk, index, "of-nobody"));
    }

    private async Task<SubscriptionIndex> Filled(Desk desk, IReadOnlyList<SubscriptionRow> rows)
    {
        var index = new SubscriptionIndex();
        var call = SubscriptionCalls.AsServer(
            desk.Clinic.Tenant, server.Options, server.Get<OwnBases>(), TimeProvider.System, CancellationToken.None);
        var former = await FormerAsks.Read(server.Get<Vagus.Storage.Database>(), desk.Clinic.Tenant, from: 0, CancellationToken.None);
        foreach (var row in rows)
        {
            for (var number = 1; number <= Many; number++)
            {
                var plan = row.Plan with
                {
                    Search = Of(row.Plan.Search, number), Filters = [.. row.Plan.Filters.Select(filter => Of(filter, number))],
                };
                Assert.True(index.Take(row with { Id = $"{row.Id}-{number}", Plan = plan }, former, call));
            }
        }

        return index;
    }

    private async Task<List<string>> Asked(Desk desk, SubscriptionIndex index, string id)
    {
        var log = (await desk.Clinic.Log()).FindAll(row => row.Resource == $"Observation/{id}/_history/1" && row.Type == "resource.created");
        var moves = await server.Get<ChangedResources>().WithPrevious(desk.Clinic.Tenant, log, index.Types, CancellationToken.None);
        var move = Assert.Single(moves).Value;
        var asked = index.Concerned(move).Concat(index.Concerned(move, server.Get<OwnBases>()));
        return [.. asked.Select(each => each.Id).Order(StringComparer.Ordinal)];
    }

    private static async Task<List<string>> Alerted(Desk desk, SubscriptionIndex index, string id)
    {
        var topic = Topics.Find("lab.critical.alert") ?? throw new InvalidOperationException("There is no such topic.");
        var row = (await desk.Clinic.Log()).Single(
            each => each.Type == "lab.critical.alert" && each.Resource?.StartsWith($"Observation/{id}/", StringComparison.Ordinal) == true);
        var forms = EventForms.Of(row, now: null) ?? throw new InvalidOperationException("The event has no form.");
        return [.. index.Concerned(topic, forms).Select(each => each.Id)];
    }

    private static string Of(string filter, int number) => filter.Replace("p-0", $"p-{number}", StringComparison.Ordinal);

    private static async Task<SubscriptionRow> Row(Desk desk, string form) =>
        await new SubscriptionRows(desk).Of((await desk.Owner.Create(form)).Is(201).Id);
}

public sealed class FilterIndexOnSqlite(SqliteSubscriptionServer server) : FilterIndexTests(server);

public sealed class FilterIndexOnPostgres(PostgresSubscriptionServer server) : FilterIndexTests(server);
