using System.Text;
using System.Text.Json;
using Vagus.Events;

namespace Vagus.Events.Tests;

public sealed class CloudEventTests
{
    private static readonly CloudEvent Complete =
        CloudEvent.Of(
            new PatientCreated("p-1", "Patient/p-1/_history/1", "Zoë"), "01957c8e-7a40-7000-8000-000000000001", "vagus/north",
            new(2026, 3, 9, 14, 30, 0, TimeSpan.Zero)) with
        {
            Subject = CloudEvent.SubjectOf("p-1"),
            TenantId = "north",
            UserId = "u-1",
            PortalType = "provider",
            CorrelationId = "c-1",
            TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            Sequence = 42,
        };

    [Fact]
    public void The_envelope_has_the_attributes_of_the_contract()
    {
        using var json = JsonDocument.Parse(Complete.ToUtf8Json());

        Assert.Equal(
            ["specversion", "id", "type", "source", "subject", "time", "datacontenttype", "tenantid", "userid", "portaltype",
                "correlationid", "traceparent", "sequence", "data"],
            json.RootElement.EnumerateObject().Select(attribute => attribute.Name));
        Assert.Equal("1.0", json.RootElement.GetProperty("specversion").GetString());
        Assert.Equal("patient.created", json.RootElement.GetProperty("type").GetString());
        Assert.Equal("2026-03-09T14:30:00Z", json.RootElement.GetProperty("time").GetString());
        Assert.Equal(42, json.RootElement.GetProperty("sequence").GetInt64());
        Assert.Equal("Zoë", json.RootElement.GetProperty("data").GetProperty("name").GetString());
    }

    [Fact]
    public void An_envelope_comes_back_as_it_was()
    {
        var reading = CloudEvent.Read(Complete.ToUtf8Json());

        Assert.Null(reading.Problem);
        Assert.Equal(Encoding.UTF8.GetString(Complete.ToUtf8Json()), Encoding.UTF8.GetString(reading.Event!.ToUtf8Json()));
        Assert.Equal("p-1", reading.Event.PatientId);
    }

    [Fact]
    public void Absent_attributes_are_left_out()
    {
        var bare = new CloudEvent("e-1", "patient.created", "lab-bridge", Complete.Time, Complete.Data);

        using var json = JsonDocument.Parse(bare.ToUtf8Json());

        Assert.False(json.RootElement.TryGetProperty("subject", out _));
        Assert.False(json.RootElement.TryGetProperty("sequence", out _));
        Assert.Null(bare.PatientId);
    }

    [Fact]
    public void A_sequence_may_be_text_as_the_extension_has_it()
    {
        var reading = Read(
            """{"specversion":"1.0","id":"1","type":"t","source":"s","time":"2026-03-09T14:30:00+02:00","sequence":"42","data":{}}""");

        Assert.Equal(42, reading.Event!.Sequence);
        Assert.Equal(12, reading.Event.Time.UtcDateTime.Hour);
    }

    [Theory]
    [InlineData("nonsense", "not JSON")]
    [InlineData("""{"specversion":"1.0","id":"\ud800","type":"a","source":"s","data":{}}""", "not JSON")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("""{"specversion":"0.3","id":"1","type":"t","source":"s","time":"2026-03-09T14:30:00Z","data":{}}""", "specversion")]
    [InlineData("""{"specversion":"1.0","type":"t","source":"s","time":"2026-03-09T14:30:00Z","data":{}}""", "id is missing")]
    [InlineData("""{"specversion":"1.0","id":"","type":"t","source":"s","time":"2026-03-09T14:30:00Z","data":{}}""", "id is missing")]
    [InlineData("""{"specversion":"1.0","id":7,"type":"t","source":"s","time":"2026-03-09T14:30:00Z","data":{}}""", "Attribute id")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"s","time":"2026-03-09T14:30:00Z","data":{}}""", "type is missing")]
    [InlineData("""{"specversion":"1.0","id":"1","type":"t","time":"2026-03-09T14:30:00Z","data":{}}""", "source is missing")]
    [InlineData("""{"specversion":"1.0","id":"1","type":"t","source":"s","time":"yesterday","data":{}}""", "time")]
    [InlineData("""{"specversion":"1.0","id":"1","type":"t","source":"s","time":"2026-03-09T14:30:00Z"}""", "data is not an object")]
    [InlineData(
        """{"specversion":"1.0","id":"1","type":"t","source":"s","time":"2026-03-09T14:30:00Z","datacontenttype":"text/xml","data":{}}""",
        "datacontenttype")]
    [InlineData(
        """{"specversion":"1.0","id":"1","type":"t","source":"s","time":"2026-03-09T14:30:00Z","sequence":1.5,"data":{}}""", "sequence")]
    public void What_is_no_event_is_refused_with_the_reason(string json, string reason) =>
        Assert.Contains(reason, Read(json).Problem, StringComparison.Ordinal);

    [Fact]
    public void An_overlong_attribute_is_refused()
    {
        var json =
            $$$"""{"specversion":"1.0","id":"{{{new string('x', 513)}}}","type":"t","source":"s","time":"2026-03-09T14:30:00Z","data":{}}""";

        Assert.Contains("Attribute id", Read(json).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_is_taken_whole_or_not_at_all()
    {
        var good = Encoding.UTF8.GetString(Complete.ToUtf8Json());

        var whole = CloudEvent.ReadBatch(Encoding.UTF8.GetBytes($"[{good},{good}]"), atMost: 2);
        var broken = CloudEvent.ReadBatch(Encoding.UTF8.GetBytes($"[{good},{{}}]"), atMost: 2);
        var tooMany = CloudEvent.ReadBatch(Encoding.UTF8.GetBytes($"[{good},{good},{good}]"), atMost: 2);

        Assert.Equal(2, whole.Events!.Count);
        Assert.StartsWith("Event 2:", broken.Problem, StringComparison.Ordinal);
        Assert.Contains("more than 2", tooMany.Problem, StringComparison.Ordinal);
    }

    private static CloudEventReading Read(string json) => CloudEvent.Read(Encoding.UTF8.GetBytes(json));
}
