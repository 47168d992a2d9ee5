using System.Text.Json;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Messaging.Tests.Measuring;

/// <summary>What was written and how soon patients were answered, by category, person and hour.</summary>
public abstract class MetricsTests(House house)
{
    private const string Path = $"{Steps.AtStaff}/metrics";

    [Fact]
    public async Task Volumes_first_answers_and_targets_are_measured_by_category_person_and_hour()
    {
        var (clinic, patient, doctor) = await Steps.Open(house, "p1");
        var nurse = await clinic.Has(Role.Nurse);
        await clinic.Sets(new
        {
            calendar = new { timeZone = "Asia/Kathmandu", week = Week() },
            targets = new[] { new { minutes = 60 } }, autoReplies = new { off = new[] { "general", "appointment", "other" } },
        });
        var start = new DateTimeOffset(DateTimeOffset.UtcNow.Date.AddDays(-1), TimeSpan.Zero);
        // Answered within 10 minutes, within 90, and not at all.
        await Thread(clinic, patient, "general", start.AddHours(1), (nurse, start.AddHours(1).AddMinutes(10)));
        await Thread(clinic, patient, "general", start.AddHours(2), (doctor, start.AddHours(3).AddMinutes(30)));
        await Thread(clinic, patient, "appointment", start.AddHours(2), null);
        // Before the stretch, and begun by staff.
        await Thread(clinic, patient, "other", start.AddDays(-3), (nurse, start.AddDays(-2)));
        await Begun(doctor, "p1");

        var metrics = (await doctor.Get($"{Path}?from={start:yyyy-MM-dd}T00:00:00Z&to={start:yyyy-MM-dd}T23:59:59Z")).Is(200);

        Assert.Equal("Asia/Kathmandu", metrics["timeZone"].GetString());
        Assert.Equal((3, 2, 0), Volume(metrics["messages"]));
        Assert.Equal("""{"threads":3,"answered":2,"medianSeconds":600,"p90Seconds":5400,"withTarget":3,"targetsMet":1}""", metrics["firstResponse"].GetRawText());
        var categories = metrics["byCategory"].EnumerateArray().ToDictionary(each => each.Text("category"), StringComparer.Ordinal);
        Assert.Equal(["appointment", "general"], categories.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((2, 2, 0), Volume(categories["general"].GetProperty("messages")));
        Assert.Equal(1, categories["appointment"].GetProperty("firstResponse").GetProperty("withTarget").GetInt32());
        var people = metrics["byPerson"].EnumerateArray().ToDictionary(each => each.Text("userId"), StringComparer.Ordinal);
        Assert.Equal(new HashSet<string>(StringComparer.Ordinal) { doctor.Id, nurse.Id }, [.. people.Keys]);
        Assert.Equal((1, 600), (people[nurse.Id].GetProperty("messages").GetInt32(), people[nurse.Id].GetProperty("firstResponse").GetProperty("medianSeconds").GetInt32()));
        // 01:00 UTC is 06:45 in Kathmandu, 02:00 is 07:45.
        var hours = metrics["byHour"].EnumerateArray().ToList();
        Assert.Equal(24, hours.Count);
        Assert.Equal(
            [(1, 1, 0), (2, 0, 0), (0, 1, 0)], new[] { 6, 7, 9 }.Select(hour => Volume(hours[hour].GetProperty("messages"))));
    }

    [Fact]
    public async Task Numbers_tell_nothing_of_threads_that_the_caller_does_not_see()
    {
        var (clinic, patient, _) = await Steps.Open(house, "p1");
        var biller = await clinic.Has(Role.Billing);
        var (_, _, foreigner) = await Steps.Open(house, "p1");
        await patient.Begins("medical_question");
        await patient.Begins("billing");

        var seen = (await biller.Get(Path)).Is(200);

        Assert.Equal("billing", Assert.Single(seen["byCategory"].EnumerateArray()).Text("category"));
        Assert.Equal(1, seen["firstResponse"].GetProperty("threads").GetInt32());
        Assert.Equal((0, 0, 0), Volume((await foreigner.Get(Path)).Is(200)["messages"]));
        (await patient.Get(Path)).Is(403);
        (await biller.Get($"{Path}?from=today")).IsRefused(400, "invalid_field");
    }

    [Fact]
    public async Task Numbers_are_right_over_more_threads_than_a_page_has()
    {
        var (clinic, patient, doctor) = await Steps.Open(house, "p1");
        var thread = await patient.Begins();
        (await doctor.Post($"{Steps.AtStaff}/threads/{thread}/messages", new { content = "Answer" })).Is(201);
        await clinic.Change(CopyThreads, 1_200L, clinic.Tenant.Value);
        await clinic.Change(CopyMessages, clinic.Tenant.Value, thread);

        var metrics = (await doctor.Get(Path)).Is(200);

        Assert.Equal((1_201, 1_201, 0), Volume(metrics["messages"]));
        Assert.Equal((1_201, 1_201), (metrics["firstResponse"].GetProperty("threads").GetInt32(), metrics["firstResponse"].GetProperty("answered").GetInt32()));
    }

    private static Dictionary<string, string[]> Week() => new[] { "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday" }
        .ToDictionary(day => day, _ => new[] { "00:00-24:00" }, StringComparer.Ordinal);

    private static (int Patients, int Staff, int Automatic) Volume(JsonElement volume) => (
        volume.GetProperty("fromPatients").GetInt32(), volume.GetProperty("fromStaff").GetInt32(), volume.GetProperty("automatic").GetInt32());

    private static async Task Begun(Person doctor, string patient) =>
        (await doctor.Post($"{Steps.AtStaff}/threads", new { patientId = patient, subject = "s", category = "other", content = "c" })).Is(201);

    /// <summary>A thread that began and was answered at other times than now.</summary>
    private static async Task Thread(
        Clinic clinic, Person patient, string category, DateTimeOffset at, (Person By, DateTimeOffset At)? answer)
    {
        var thread = await patient.Begins(category);
        if (answer is { } answered)
            (await answered.By.Post($"{Steps.AtStaff}/threads/{thread}/messages", new { content = "Answer" })).Is(201);
        var last = answer?.At ?? at;
        await clinic.Change(MoveThread, at.ToMicroseconds(), last.ToMicroseconds(), clinic.Tenant.Value, thread);
        await clinic.Change(MoveMessages, at.ToMicroseconds(), last.ToMicroseconds(), clinic.Tenant.Value, thread);
    }

    private static readonly Statement MoveThread = new("""
        update messaging_thread
        set created_at = @created_at, last_message_at = @last_message_at
        where tenant_id = @tenant_id
          and thread_id = @thread_id
        """);

    private static readonly Statement MoveMessages = new("""
        update messaging_message
        set sent_at = case when sequence = 1 then @first else @last end
        where tenant_id = @tenant_id
          and thread_id = @thread_id
        """);

    private static readonly Statement CopyThreads = new("""
        insert into messaging_thread (
          tenant_id, thread_id, kind, patient_id, category, priority, status, members, created_by, created_at, last_sequence, last_note,
          last_message_at, version)
        with recursive copies (number) as (select 1 union all select number + 1 from copies where number < @copies)
        select t.tenant_id, 'copy-' || cast(c.number as text), t.kind, t.patient_id, t.category, t.priority, t.status, t.members,
          t.created_by, t.created_at, t.last_sequence, t.last_note, t.last_message_at, t.version
        from messaging_thread t
        cross join copies c
        where t.tenant_id = @tenant_id
        """);

    private static readonly Statement CopyMessages = new("""
        insert into messaging_message (
          tenant_id, thread_id, sequence, message_id, sender_id, sender_role, sender_name, recipients, sent_at, status, sealed_content)
        select g.tenant_id, t.thread_id, g.sequence, t.thread_id || '-' || g.message_id, g.sender_id, g.sender_role, g.sender_name,
          g.recipients, g.sent_at, g.status, g.sealed_content
        from messaging_message g
        join messaging_thread t on t.tenant_id = g.tenant_id and t.thread_id <> g.thread_id
        where g.tenant_id = @tenant_id
          and g.thread_id = @thread_id
        """);
}

public sealed class MetricsOnSqlite(SqliteHouse house) : MetricsTests(house);

public sealed class MetricsOnPostgres(PostgresHouse house) : MetricsTests(house);
