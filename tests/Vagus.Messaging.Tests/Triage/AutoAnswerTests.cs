using Vagus.Kernel;
using Vagus.Messaging.Words;
using static Vagus.Messaging.Tests.Steps;

namespace Vagus.Messaging.Tests.Triage;

/// <summary>What the server answers patients by itself.</summary>
public abstract class AutoAnswerTests(House house)
{
    private const string Refill = "prescription_refill";
    private static readonly string English = PatientWords.Find(Language.English, PatientWords.Reply(Refill))!;

    [Fact]
    public async Task A_thread_that_a_patient_begins_is_answered_at_once_and_once()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        await using var phone = await LiveSocket.Open(house, patient);

        var begun = (await patient.Post($"{AtPortal}/threads", new { subject = "s", category = Refill, content = "My inhaler" })).Is(201);

        var id = begun["thread"].Text("id");
        Assert.Equal(["My inhaler", English], begun.Contents());
        Assert.Equal("service", begun["messages"][1].Text("senderRole"));
        Assert.Equal(English, (await phone.Hear("new_message")).Text("content"));
        (await patient.Post($"{AtPortal}/threads/{id}/messages", new { content = "more" })).Is(201);
        Assert.Equal(["My inhaler", English, "more"], (await patient.Get($"{AtPortal}/threads/{id}")).Contents());
        var found = (await patient.Get("/fhir/Communication")).Is(200).Text;
        Assert.Contains(begun["messages"][1].Text("id"), found, StringComparison.Ordinal);
        Assert.DoesNotContain("refill request", found, StringComparison.Ordinal);
        Assert.NotNull(doctor);
        Assert.NotNull(clinic);
    }

    [Theory]
    [InlineData("es-MX", true, "es")]
    [InlineData("es", false, "es")]
    [InlineData("fr", true, "en")]
    public async Task It_answers_in_the_language_that_the_patients_record_prefers(string recorded, bool isPreferred, string answered)
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var language = new { coding = new[] { new { system = "urn:ietf:bcp:47", code = recorded } } };
        object[] communication = isPreferred
            ? [new { language = new { coding = new[] { new { code = "en" } } }, preferred = false }, new { language, preferred = true }]
            : [new { language }];
        (await doctor.Put("/fhir/Patient/p1", new { resourceType = "Patient", id = "p1", communication })).Is(200);

        var begun = (await patient.Post($"{AtPortal}/threads", new { subject = "s", category = Refill, content = "Mi inhalador" })).Is(201);

        var expected = PatientWords.Find(Languages.Parse(answered)!.Value, PatientWords.Reply(Refill));
        Assert.Equal(["Mi inhalador", expected], begun.Contents());
        Assert.NotNull(clinic);
    }

    [Fact]
    public async Task It_answers_for_nobody_and_hides_nothing_from_staff()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var id = await patient.Begins(Refill, "My inhaler");

        var row = Assert.Single((await doctor.Get($"{AtStaff}/threads?unread=true")).Is(200)["items"].EnumerateArray());

        Assert.Equal(("open", "My inhaler", 1), (row.Text("status"), row.Text("lastMessagePreview"), row.GetProperty("unreadCount").GetInt32()));
        Assert.NotEqual(System.Text.Json.JsonValueKind.Null, row.GetProperty("waitingSince").ValueKind);
        Assert.Equal(0, (await patient.Get($"{AtPortal}/unread-count"))["count"].GetInt32());
        (await doctor.Post($"{AtStaff}/threads/{id}/messages", new { content = "Ready", lastSeenSequence = 1 })).Is(201);
        Assert.NotNull(clinic);
    }

    [Fact]
    public async Task A_message_that_is_taken_back_leaves_no_preview_behind_the_answer()
    {
        var (_, patient, doctor) = await Open(house, "p1");
        var begun = (await patient.Post($"{AtPortal}/threads", new { subject = "s", category = Refill, content = "Wrong words" })).Is(201);

        (await patient.Post($"/api/messages/{begun["messages"][0].Text("id")}/retraction", new { reason = "mistake" })).Is(200);

        var list = (await doctor.Get($"{AtStaff}/threads")).Is(200);
        Assert.DoesNotContain("Wrong words", list.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_thread_that_staff_begin_and_a_category_without_a_text_are_not_answered()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var general = await patient.Begins();
        var staff = (await doctor.Post($"{AtStaff}/threads", new { patientId = "p1", subject = "s", category = Refill, content = "x" }))
            .Is(201)["thread"].Text("id");
        (await patient.Post($"{AtPortal}/threads/{staff}/messages", new { content = "y" })).Is(201);
        await clinic.Sets(new { autoReplies = new { off = new[] { Refill } } });
        var off = await patient.Begins(Refill);

        Assert.Single((await patient.Get($"{AtPortal}/threads/{general}")).Contents());
        Assert.Equal(["x", "y"], (await patient.Get($"{AtPortal}/threads/{staff}")).Contents());
        Assert.Single((await patient.Get($"{AtPortal}/threads/{off}")).Contents());
    }

    [Fact]
    public async Task Out_of_hours_a_patient_is_told_so_once_in_the_tenants_interval_and_language()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        await clinic.Sets(new { calendar = ClosedToday(), language = "es", autoReplies = new { hours = 2 } });
        var closed = PatientWords.Find(Language.Spanish, PatientWords.Closed)!;

        var general = await patient.Begins();
        var refill = await patient.Begins(Refill);

        Assert.Equal(["Hello", closed], (await patient.Get($"{AtPortal}/threads/{general}")).Contents());
        Assert.Equal(
            ["Hello", $"{PatientWords.Find(Language.Spanish, PatientWords.Reply(Refill))}\n\n{closed}"],
            (await patient.Get($"{AtPortal}/threads/{refill}")).Contents());
        (await patient.Post($"{AtPortal}/threads/{general}/messages", new { content = "again" })).Is(201);
        (await doctor.Post($"{AtStaff}/threads/{general}/messages", new { content = "not ours to answer" })).Is(201);
        Assert.Equal(["Hello", closed, "again", "not ours to answer"], (await patient.Get($"{AtPortal}/threads/{general}")).Contents());
        await clinic.Change(
            new("update messaging_thread set auto_replied_at = auto_replied_at - @ago where tenant_id = @tenant_id"),
            7_200_000_000L, clinic.Tenant.Value);
        (await patient.Post($"{AtPortal}/threads/{general}/messages", new { content = "later" })).Is(201);
        Assert.Equal(closed, (await patient.Get($"{AtPortal}/threads/{general}")).Contents().Last());
    }

    [Fact]
    public async Task The_tenants_own_text_goes_before_ours()
    {
        var (clinic, patient, _) = await Open(house, "p1");
        await clinic.Sets(new { autoReplies = new { texts = new { general = "We are on it." } } });

        var id = await patient.Begins();

        Assert.Equal(["Hello", "We are on it."], (await patient.Get($"{AtPortal}/threads/{id}")).Contents());
    }

    [Fact]
    public async Task A_retry_of_the_first_message_is_answered_with_it_and_not_once_more()
    {
        var (_, patient, _) = await Open(house, "p1");
        var request = new { subject = "s", category = Refill, content = "Hello", clientMessageId = "same" };

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => patient.Post($"{AtPortal}/threads", request)));

        var id = Assert.Single(answers.Select(answer => answer.Is(201)["thread"].Text("id")).Distinct());
        Assert.Equal(2, (await patient.Get($"{AtPortal}/threads/{id}")).Contents().Count());
    }

    [Fact]
    public async Task Sequences_stay_whole_while_patients_and_staff_write_at_once()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        await clinic.Sets(new { calendar = ClosedToday(), autoReplies = new { hours = 1 } });
        var id = await patient.Begins(Refill);

        await Task.WhenAll(Enumerable.Range(0, 10).SelectMany(at => new[]
        {
            patient.Post($"{AtPortal}/threads/{id}/messages", new { content = $"p{at}" }),
            doctor.Post($"{AtStaff}/threads/{id}/messages", new { content = $"d{at}" }),
        }));

        var shown = (await patient.Get($"{AtPortal}/threads/{id}")).Is(200);
        Assert.Equal(
            Enumerable.Range(1, 22).Select(at => (long)at),
            shown["messages"].EnumerateArray().Select(message => message.GetProperty("sequence").GetInt64()));
    }
}

public sealed class AutoAnswersOnSqlite(SqliteHouse house) : AutoAnswerTests(house);

public sealed class AutoAnswersOnPostgres(PostgresHouse house) : AutoAnswerTests(house);
