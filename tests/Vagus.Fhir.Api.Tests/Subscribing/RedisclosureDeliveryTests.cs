using System.Text.Json;
using Vagus.Fhir.Api.Tests.Exports;
using Vagus.Fhir.Reading;
using Vagus.Kernel;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>42 CFR 2.32: the statement goes with records under Part 2 that are sent or exported, whoever asked for it.</summary>
public abstract class RedisclosureDeliveryTests(SubscriptionServer server)
{
    private const string Header = "X-Vagus-Redisclosure-Notice";
    private static readonly string Part2 = Sample.Labelled("R", "42CFRPart2");

    [Theory]
    [InlineData("rest-hook")]
    [InlineData("message")]
    public async Task A_delivery_to_a_receiver_has_it_with_such_a_record_and_with_no_other(string type)
    {
        await using var desk = await Desk.Open(server);
        await desk.Subscribe(desk.Form(content: "full-resource", type: type));

        await desk.Observe("plain");
        await Desk.Until(() => Task.FromResult(desk.Receiver.Taken.Count == 2), "the first does not come");
        await desk.Observe("sud", Part2);
        await Desk.Until(() => Task.FromResult(desk.Receiver.Taken.Count == 3), "the second does not come");

        Assert.Equal(
            [null, null, RedisclosureNotices.Statement], desk.Receiver.Taken.Select(each => each.Headers.GetValueOrDefault(Header)));
    }

    [Fact]
    public async Task A_frame_to_a_program_ends_with_it()
    {
        await using var desk = await Desk.Open(server);
        var machine = await desk.Clinic.Has(Role.Service, seesSensitive: true);
        var id = (await machine.Create(desk.SocketForm(content: "full-resource"))).Is(201).Id;
        await using var socket = await BoundSocket.Bound(machine, id);

        await desk.Observe("plain");
        var plain = (await socket.Hears(1))[0];
        await desk.Observe("sud", Part2);
        var told = (await socket.Hears(2))[1];

        Assert.Equal(["Parameters", "Observation"], plain.Entries.Select(TypeOf));
        Assert.Equal(["Parameters", "Observation", "OperationOutcome"], told.Entries.Select(TypeOf));
        Assert.Contains(RedisclosureNotices.Statement, told.Entries[2].GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_an_export_has_it_for_staff_too_and_not_for_the_patient()
    {
        var clinic = await Clinic.Open(server);
        var (admin, own) = (await clinic.Admin(), await clinic.Patient("p"));
        (await admin.Put("Patient/p", Sample.Patient("P", "p"))).Is(201);
        (await admin.Put("Observation/sud", Sample.Observation("Patient/p", id: "sud", more: Part2))).Is(201);

        Assert.Equal([("Observation", RedisclosureNotices.Statement), ("Patient", null)], await Notices(admin));
        Assert.All(await Notices(own), each => Assert.Null(each.Notice));
    }

    private static async Task<List<(string Type, string? Notice)>> Notices(Person by)
    {
        var manifest = (await ExportTests.Finished(by, await ExportTests.Begin(by, "$export?_type=Observation,Patient"))).Json;
        var files = new List<(string, string?)>();
        foreach (var output in manifest.GetProperty("output").EnumerateArray())
        {
            var file = (await by.Get(output.GetProperty("url").GetString()!)).Is(200);
            files.Add((
                output.GetProperty("type").GetString()!,
                file.Headers.TryGetValues(Header, out var values) ? Assert.Single(values) : null));
        }

        return [.. files.OrderBy(each => each.Item1, StringComparer.Ordinal)];
    }

    private static string? TypeOf(JsonElement entry) => entry.GetProperty("resource").GetProperty("resourceType").GetString();
}

public sealed class RedisclosureDeliveryOnSqlite(SqliteSubscriptionServer server) : RedisclosureDeliveryTests(server);

public sealed class RedisclosureDeliveryOnPostgres(PostgresSubscriptionServer server) : RedisclosureDeliveryTests(server);
