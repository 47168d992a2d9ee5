using System.Text;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Storage.Tests;

/// <summary>A row of the log says little twice, and what is read of it is what was appended, to the byte.</summary>
public abstract class EventRowTests(Engine engine)
{
    private const string Uuid = "01a219a4-d270-7e7d-bc94-bd8b9a124d5f";
    private const string Patient = "01a219a4-b633-7b97-bf2b-f2b4a182fa94";
    private const string TraceId = "931ebad4b468af34145d6f74a62478eb";
    private const string Trace = $"00-{TraceId}-a837b6952a56f087-01";
    private static readonly TenantId North = new("north");

    public static TheoryData<string> Texts =>
    [
        "", "a", Uuid, Uuid.ToUpperInvariant(), "01A219a4-d270-7e7d-bc94-bd8b9a124d5f", "+1a219a4-d270-7e7d-bc94-bd8b9a124d5f",
        "01a219a4d2707e7dbc94bd8b9a124d5f", $" {Uuid[1..]}", "0123456789-0123456789-0123456789-0123", TraceId, Trace,
        Trace.ToUpperInvariant(), Trace.Replace("00-", "01-", StringComparison.Ordinal), Trace.Replace('a', '-'), $"{Trace}-00",
        "Observation/1/_history/2", $"Observation/{Uuid}/_history/1", "Observation/1/_history/02", "Observation/1/_history/-2",
        "Observation/1/_history/", "/_history/1", "//_history/9223372036854775807", "a/b/_history/1/_history/2", "Observation/1",
        "https://other.example/fhir/Observation/1/_history/3", "späte Übergabe \U0001F600",
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task Every_text_of_an_event_is_read_as_it_was_appended(string text)
    {
        await using var storage = await TestStorage.Create(engine);
        var body = Encoding.UTF8.GetBytes($$"""{"a":"{{text}}","b":"{{Patient}}","c":"{{text}}"}""");
        var draft = new NewEvent(text, "resource.updated", body)
        {
            Patients = [new PatientId(text), new PatientId(Patient)],
            Resource = text,
            UserId = text,
            PortalType = text,
            CorrelationId = text,
            TraceParent = text,
        };

        AssertSame(draft, await ReadBack(storage, draft));
    }

    [Fact]
    public async Task Absent_texts_stay_absent_and_bodies_of_any_bytes_stay_as_they_are()
    {
        await using var storage = await TestStorage.Create(engine);
        NewEvent[] drafts =
        [
            new("e1", "resource.deleted", "{}"u8.ToArray()),
            new("e2", "resource.created", ReadOnlyMemory<byte>.Empty) { Patient = new PatientId("") },
            new("e3", "lab.result.available", new byte[] { 1, 2, 0, 255, 1 }) { Resource = "Observation/1/_history/1" },
            new("e4", "unknown.type", "{\"a\":\"Observation/1/_history/1\"}"u8.ToArray()) { Resource = "Observation/1/_history/1" },
            new("e5", "note.added", "\"ppp\""u8.ToArray()) { Patient = new PatientId("p"), CorrelationId = TraceId, TraceParent = Trace },
        ];

        foreach (var draft in drafts) AssertSame(draft, await ReadBack(storage, draft));
    }

    [Fact]
    public async Task The_data_of_every_event_is_read_as_it_was_appended()
    {
        await using var storage = await TestStorage.Create(engine);
        foreach (var type in EventCatalogue.All)
        {
            var draft = Draft(type.Name, EventCatalogue.Serialize(EventExamples.Of(type)), "DiagnosticReport/dr-1/_history/1") with
            {
                Patient = new PatientId("p-100"),
            };

            AssertSame(draft, await ReadBack(storage, draft));
        }
    }

    [Theory]
    [InlineData("resource.created")]
    [InlineData("resource.updated")]
    [InlineData("resource.deleted")]
    public async Task The_data_of_a_resource_event_is_not_kept_where_its_row_says_it(string type)
    {
        await using var storage = await TestStorage.Create(engine);
        var reference = $"Observation/{Uuid}/_history/12";
        EventData data = type switch
        {
            "resource.created" => new ResourceCreated("Observation", Uuid, "12", reference, Patient),
            "resource.updated" => new ResourceUpdated("Observation", Uuid, "12", reference, Patient),
            _ => new ResourceDeleted("Observation", Uuid, "12", reference, Patient),
        };
        var draft = Draft(type, EventCatalogue.Serialize(data), reference);

        AssertSame(draft, await ReadBack(storage, draft));

        Assert.Equal(0, await storage.Database.QueryOne(SizeOfBody, [North.Value], row => row.GetInt64(0), default));
        Assert.InRange(await storage.Database.QueryOne(SizeOfTexts, [North.Value], row => row.GetInt64(0), default), 1, 120);
    }

    [Fact]
    public async Task The_row_of_a_vital_sign_is_a_quarter_of_its_data()
    {
        await using var storage = await TestStorage.Create(engine);
        var reference = $"Observation/{Uuid}/_history/1";
        var rate = new VitalSign(reference, "Heart rate", new Coding("8867-4", "http://loinc.org", "Heart rate"), 109, "beats/minute");
        var data = EventCatalogue.Serialize(new EncounterVitalsRecorded(Patient, reference, [rate], null, "2026-01-01T08:19:59Z"));
        var draft = Draft("encounter.vitals.recorded", data, reference);

        AssertSame(draft, await ReadBack(storage, draft));

        Assert.InRange(await storage.Database.QueryOne(SizeOfBody, [North.Value], row => row.GetInt64(0), default), 1, data.Length / 4);
    }

    [Fact]
    public async Task Each_word_of_event_data_has_a_byte_of_its_own_and_comes_back()
    {
        await using var storage = await TestStorage.Create(engine);
        var words = EventWords.All.Select(each => Encoding.UTF8.GetString(each.Word)).ToList();
        var all = string.Concat(words.SelectMany(word => (string[])[word, word, "x", word]))
            .Replace("\u0001", "Observation/1/_history/1", StringComparison.Ordinal).Replace("\u0002", Patient, StringComparison.Ordinal);
        var draft = Draft("alert.raised", Encoding.UTF8.GetBytes(all), "Observation/1/_history/1");

        AssertSame(draft, await ReadBack(storage, draft));

        Assert.Equal(EventWords.All.Length, EventWords.All.DistinctBy(each => each.Mark).Count());
        Assert.DoesNotContain(EventWords.All, each => each.Mark is < 3 or 9 or 10 or 13 or > 31);
    }

    [Fact]
    public async Task Other_data_of_a_resource_event_is_kept_as_it_was_given()
    {
        await using var storage = await TestStorage.Create(engine);
        var reference = $"Observation/{Uuid}/_history/1";
        var other = EventCatalogue.Serialize(new ResourceCreated("Observation", Uuid, "2", reference, Patient));

        var draft = Draft("resource.created", other, reference);

        AssertSame(draft, await ReadBack(storage, draft));
    }

    [Theory]
    [InlineData(Sensitivity.None, Sensitivity.None)]
    [InlineData(Sensitivity.Restricted, Sensitivity.Hiv | Sensitivity.Other)]
    [InlineData(Sensitivity.All, Sensitivity.All)]
    public async Task The_labels_of_an_event_of_its_draws_and_of_what_was_before_come_back(Sensitivity labels, Sensitivity others)
    {
        await using var storage = await TestStorage.Create(engine);
        var draft = Draft("lab.result.available", "{}"u8.ToArray(), "Observation/1/_history/2") with
        {
            Labels = labels,
            Draws =
            [
                new EventDraw("Patient", "1") { Labels = others },
                new EventDraw("Encounter", "2!3") { NotForPatients = true, Labels = labels },
            ],
            Narrows = new FormerReach { WasVisible = true, Labels = others, Released = true },
        };

        var read = await ReadBack(storage, draft);

        Assert.Equal((labels, others), (read.Labels, read.Narrows?.Labels));
        Assert.Equal(draft.Draws, read.Draws);
    }

    [Fact]
    public async Task A_row_from_before_there_were_categories_counts_as_of_every_one()
    {
        await using var storage = await TestStorage.Create(engine);
        var draft = Draft("lab.result.available", "{}"u8.ToArray(), "Observation/1/_history/2");
        await ReadBack(storage, draft with { Labels = Sensitivity.Hiv });
        await storage.Commit.Write<bool>(North, async (write, cancel) => await write.Execute(Older, [North.Value], cancel) == 1, default);

        var read = Assert.Single(await storage.Log.Read(North, 0, 10, default));

        Assert.Equal((Sensitivity.All, Sensitivity.All), (read.Labels, read.Narrows?.Labels));
        Assert.Equal([Sensitivity.All, Sensitivity.None], read.Draws.Select(draw => draw.Labels));
    }

    private static readonly Statement Older = new("""
        update event
        set labels = null, draws = '!~Patient/1 Encounter/2', narrows = 'vsr
        p1
        '
        where tenant_id = @tenant_id
        """);

    private static NewEvent Draft(string type, byte[] body, string reference) => new(Uuid, type, body)
    {
        Patient = new PatientId(Patient),
        Resource = reference,
        UserId = Uuid,
        PortalType = "staff",
        CorrelationId = TraceId,
        TraceParent = Trace,
    };

    private static async Task<LoggedEvent> ReadBack(TestStorage storage, NewEvent draft)
    {
        var position = (await storage.Commit.Write<long>(North, async (write, cancel) => await write.Append(draft, cancel), default)).Value;
        return Assert.Single(await storage.Log.Read(North, position - 1, 10, default));
    }

    private static void AssertSame(NewEvent expected, LoggedEvent actual)
    {
        Assert.Equal(expected.Body.ToArray(), actual.Body);
        Assert.Equal(expected.Patients, actual.Patients);
        Assert.Equal(
            (expected.EventId, expected.Type, expected.Resource, expected.UserId, expected.PortalType),
            (actual.EventId, actual.Type, actual.Resource, actual.UserId, actual.PortalType));
        Assert.Equal((expected.CorrelationId, expected.TraceParent), (actual.CorrelationId, actual.TraceParent));
    }

    private static readonly Statement SizeOfBody = new("select cast(length(body) as bigint) from event where tenant_id = @tenant_id");

    private static readonly Statement SizeOfTexts = new("select cast(length(packed) as bigint) from event where tenant_id = @tenant_id");
}

public sealed class EventRowsOnSqlite() : EventRowTests(Engine.Sqlite);

public sealed class EventRowsOnPostgres() : EventRowTests(Engine.Postgres);
