using System.Text;
using NATS.Client.Core;
using NATS.Client.JetStream;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Events;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.EndToEnd.Tests.Clustering;

/// <summary>A service's event by NATS into the built server: through the room that knows events, into the log, and out again.</summary>
public sealed class EventsByNatsTests
{
    [Fact]
    public async Task An_event_of_a_service_comes_in_by_NATS_once_and_an_unfit_one_is_a_dead_letter()
    {
        await using var nats = await NatsServer.Start();
        var data = ServerData.On(postgres: null);
        await using var server = await ServerWithSender.Start(data, nats, "bridge");
        await using var client = new NatsConnection(new NatsOpts { Url = nats.Url });
        var jetStream = new NatsJSContext(client);
        await Condition.Becomes(async () => await Has(jetStream, "VAGUS_IN_harbor"), "the intake is there", () => server.Said);

        foreach (var id in (string[])["result-1", "result-1", "result-2"]) await Send(jetStream, Viewed(id));
        await Send(jetStream, new CloudEvent("unfit", "patient.moved", "urn:bridge", DateTimeOffset.UnixEpoch, Encoding.UTF8.GetBytes("{}")));

        await Condition.Becomes(
            async () => (await jetStream.GetStreamAsync("VAGUS_IN_harbor")).Info.State.Messages == 0, "all are taken", () => server.Said);
        var log = (await data.ReadLog(Clinic.Tenant)).Select(each => ((long?)each.Position, each.EventId)).ToList();
        Assert.Equal(["result-1", "result-2"], log.Select(each => each.EventId).Where(id => id.StartsWith("result", StringComparison.Ordinal)));
        Assert.Equal(1, (await jetStream.GetStreamAsync("VAGUS_DEAD_harbor")).Info.State.Messages);
        await using var published = new PublishedEvents(nats.Url);
        await Condition.Becomes(async () => await published.Count(Clinic.Tenant) == log.Count, "they went out", () => server.Said);
        Assert.Equal(log, await published.Events(Clinic.Tenant));
    }

    private static CloudEvent Viewed(string id) => CloudEvent.Of(
        new LabResultViewed("p-1", "DiagnosticReport/dr-1/_history/1", "dr-1", "dr-lee"), id, "urn:bridge", DateTimeOffset.UnixEpoch);

    private static async Task Send(NatsJSContext jetStream, CloudEvent sent) => (await jetStream.PublishAsync(
        $"vagus-in.harbor.bridge.{sent.Type}", sent.ToUtf8Json(), NatsRawSerializer<byte[]>.Default)).EnsureSuccess();

    private static async Task<bool> Has(NatsJSContext jetStream, string stream)
    {
        try
        {
            return (await jetStream.GetStreamAsync(stream)).Info.Config.Name == stream;
        }
        catch (NatsJSApiException)
        {
            return false;
        }
    }
}
