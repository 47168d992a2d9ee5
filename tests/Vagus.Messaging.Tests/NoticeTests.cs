using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Messaging.Notices;
using Vagus.Storage;
using Vagus.Storage.Consuming;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Tests;

/// <summary>Messages are told to those who look at no screen, without a word of them; and senders that they were not read.</summary>
public abstract class NoticeTests(House house)
{
    private const string Text = "Your potassium is high, Canary.";
    private const string Portal = "/api/patient-portal/messages/threads";

    private static readonly Statement Ended = new("""
        select user_id, outcome
        from access_delivery
        where tenant_id = @tenant_id
          and ended_at is not null
        order by user_id, outcome
        """);

    private static readonly Statement Queued = new("select count(*) from access_delivery where tenant_id = @tenant_id and ended_at is null");

    [Fact]
    public async Task A_patient_and_its_proxy_are_told_of_a_message_of_staff_by_mails_that_say_nothing_of_it()
    {
        var clinic = await house.NewClinic();
        var doctor = await clinic.HasPatients("p1", "p2");
        var patient = await clinic.Has(Role.Patient, patient: "p1");
        var parent = await clinic.Has(Role.Patient, patient: "p2", dependants: ["p1"]);
        await Begin(doctor);

        await Due(clinic, waiting: 2);

        Assert.Equal([(patient.Id, "Sent"), (parent.Id, "Sent")], (await Outcomes(clinic)).OrderBy(each => each.User != patient.Id));
        foreach (var mail in Mails(clinic))
        {
            Assert.Contains("Subject: You have a new message", mail, StringComparison.Ordinal);
            var body = mail.ReplaceLineEndings("\n").Split("\n\n", 2)[1];
            Assert.Contains("http://localhost:3000/portal", body, StringComparison.Ordinal);
            foreach (var word in (string[])["potassium", "Canary", "Question", "Doe", "Person", "p1", "dr-1", clinic.Tenant.Value])
                Assert.DoesNotContain(word, body, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task A_message_that_was_read_retracted_or_may_not_be_seen_any_more_is_not_told()
    {
        var clinic = await house.NewClinic();
        var doctor = await clinic.HasPatients("p1", "p2", "p3");
        var patient = await clinic.Has(Role.Patient, patient: "p1");
        var other = await clinic.Has(Role.Patient, patient: "p2");
        var parent = await clinic.Has(Role.Patient, patient: "p3", dependants: ["p2"]);
        var read = await Begin(doctor);
        var retracted = await Begin(doctor, "p2");
        (await patient.Post($"{Portal}/{read.Thread}/mark-read")).Is(200);
        (await doctor.Post($"/api/messages/{retracted.Message}/retraction", new { reason = "Wrong patient." })).Is(200);
        await Due(clinic, waiting: 3);
        Assert.Equal(3, (await Outcomes(clinic)).Count(each => each.Outcome == "Dropped"));

        await Begin(doctor, "p2");
        await Until(async () => await CountOf(clinic) == 2);
        var revoked = await house.Get<ChangeUser>().RevokeProxy(clinic.Tenant, new UserId(parent.Id), new PatientId("p2"), default);
        Assert.False(revoked.IsRefused);
        await Due(clinic, waiting: 2);

        Assert.Contains((other.Id, "Sent"), await Outcomes(clinic));
        Assert.DoesNotContain((parent.Id, "Sent"), await Outcomes(clinic));
    }

    [Fact]
    public async Task Of_a_patients_message_the_one_who_has_the_thread_is_told_and_no_pool()
    {
        var clinic = await house.NewClinic();
        await clinic.HasPatients("p1");
        var nurse = await clinic.Has(Role.Nurse);
        var patient = await clinic.Has(Role.Patient, patient: "p1");
        var begun = (await patient.Post(Portal, new { subject = "Question", category = "general", content = Text })).Is(201);
        var thread = begun["thread"].GetProperty("id").GetString()!;
        (await nurse.Put($"/api/patient-messages/threads/{thread}", new { assignedTo = nurse.Id })).Is(200);
        (await patient.Post($"{Portal}/{thread}/messages", new { content = Text })).Is(201);

        await Due(clinic, waiting: 1);

        Assert.Equal([(nurse.Id, "Sent")], await Outcomes(clinic));
    }

    [Fact]
    public async Task A_sender_is_told_once_when_a_patient_has_not_read_for_two_days_and_the_thread_says_so_until_it_is_read()
    {
        var clinic = await house.NewClinic();
        var doctor = await clinic.HasPatients("p1");
        var patient = await clinic.Has(Role.Patient, patient: "p1");
        var (thread, _) = await Begin(doctor);
        await Until(async () => await CountOf(clinic) == 1);
        await Look();
        Assert.DoesNotContain(await Log(clinic), each => each.Type == "notification.sent");

        await Backdate(clinic, TimeSpan.FromDays(2));
        await Look();
        await Look();

        var told = Assert.Single(await Log(clinic), each => each.Type == "notification.sent");
        var content = JsonElement.Parse(told.Body);
        Assert.Equal([doctor.Id], told.Audience!.Participants);
        Assert.Equal(("message_unread", "p1"), (content.GetProperty("type").GetString(), content.GetProperty("patientId").GetString()));
        Assert.Single(await Log(clinic), each => IsUnreadChange(each, thread));
        Assert.Equal(JsonValueKind.String, (await Thread(doctor, thread)).GetProperty("unreadSince").ValueKind);

        (await patient.Post($"{Portal}/{thread}/mark-read")).Is(200);
        await Until(async () => (await Thread(doctor, thread)).GetProperty("unreadSince").ValueKind == JsonValueKind.Null);
        Assert.Equal(2, (await Log(clinic)).Count(each => IsUnreadChange(each, thread)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Each_sender_is_told_once_whether_it_wrote_before_the_first_was_told_or_after(bool before)
    {
        var clinic = await house.NewClinic();
        var doctor = await clinic.HasPatients("p1");
        var (nurse, _) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Patient, patient: "p1"));
        var (thread, _) = await Begin(doctor);
        await Until(async () => await CountOf(clinic) == 1);
        if (before) await Answer();
        await clinic.Change(DoctorsEarlier, clinic.Tenant.Value, nurse.Id);
        await clinic.Change(DueNow, clinic.Tenant.Value);
        await Look();
        Assert.Equal([doctor.Id], await Told());

        if (!before) await Answer();
        await Until(
            async () => await house.Get<Database>().QueryOne(LooksAgain, [clinic.Tenant.Value], row => row.GetInt64(0), default) == 1);
        await Backdate(clinic, TimeSpan.FromDays(2));
        await Look();
        // As after a colleague's reading, which looks again.
        await clinic.Change(DueNow, clinic.Tenant.Value);
        await Look();

        Assert.Equal([doctor.Id, nurse.Id], await Told());

        async Task Answer() => (await nurse.Post($"/api/patient-messages/threads/{thread}/messages", new { content = Text })).Is(201);
        async Task<IEnumerable<string>> Told() => (await Log(clinic))
            .Where(each => each.Type == "notification.sent").Select(each => Assert.Single(each.Audience!.Participants));
    }

    [Fact]
    public async Task A_message_that_was_read_in_time_is_nobodys_concern()
    {
        var clinic = await house.NewClinic();
        var doctor = await clinic.HasPatients("p1");
        var patient = await clinic.Has(Role.Patient, patient: "p1");
        var (thread, _) = await Begin(doctor);
        (await patient.Post($"{Portal}/{thread}/mark-read")).Is(200);
        await Until(async () => await CountOf(clinic) == 1);

        await Backdate(clinic, TimeSpan.FromDays(2));
        await Look();

        Assert.DoesNotContain(await Log(clinic), each => each.Type == "notification.sent" || IsUnreadChange(each, thread));
    }

    [Fact]
    public async Task An_automatic_answer_is_told_to_nobody()
    {
        var clinic = await house.NewClinic();
        var doctor = await clinic.HasPatients("p1", "p2");
        var patient = await clinic.Has(Role.Patient, patient: "p1");
        var other = await clinic.Has(Role.Patient, patient: "p2");
        var begun = (await patient.Post(Portal, new { subject = "Refill", category = "prescription_refill", content = Text })).Is(201);
        Assert.Equal("service", begun["messages"][1].GetProperty("senderRole").GetString());
        await Begin(doctor, "p2");

        await Due(clinic, waiting: 1);

        Assert.Equal([(other.Id, "Sent")], await Outcomes(clinic));
    }

    private static bool IsUnreadChange(LoggedEvent each, string thread)
    {
        if (each.Type != "thread.updated") return false;
        var data = JsonElement.Parse(each.Body);
        return data.GetProperty("threadId").GetString() == thread && data.GetProperty("changed")[0].GetString() == "unreadSince";
    }

    private static async Task<(string Thread, string Message)> Begin(Person doctor, string patient = "p1")
    {
        var begun = (await doctor.Post(
            "/api/patient-messages/threads", new { patientId = patient, subject = "Question", category = "general", content = Text })).Is(201);
        return (begun["thread"].GetProperty("id").GetString()!, begun["messages"][0].GetProperty("id").GetString()!);
    }

    private static async Task<JsonElement> Thread(Person doctor, string thread) =>
        (await doctor.Get($"/api/patient-messages/threads/{thread}")).Is(200)["thread"];

    /// <summary>So many notices wait, and their time has come.</summary>
    private async Task Due(Clinic clinic, int waiting)
    {
        await Until(async () => await CountOf(clinic) == waiting);
        await Backdate(clinic, TimeSpan.FromHours(1));
        await Until(async () => await CountOf(clinic) == 0);
    }

    /// <summary>All of this tenant happened so much earlier.</summary>
    private async Task Backdate(Clinic clinic, TimeSpan by)
    {
        var micros = (long)by.TotalMicroseconds;
        foreach (var statement in Earlier)
        {
            var written = await house.Get<GroupCommit>().Write<int>(
                clinic.Tenant, async (write, cancel) => await write.Execute(statement, [micros, clinic.Tenant.Value], cancel), default);
            Assert.False(written.IsRefused);
        }
    }

    private async Task Look() =>
        await house.Get<IEnumerable<LeasedDuty>>().OfType<TellOfUnread>().Single().Turn(default);

    private async Task<long> CountOf(Clinic clinic) =>
        await house.Get<Database>().QueryOne(Queued, [clinic.Tenant.Value], row => row.GetInt64(0), default);

    private async Task<List<(string User, string Outcome)>> Outcomes(Clinic clinic) =>
        await house.Get<Database>().Query(Ended, [clinic.Tenant.Value], row => (row.GetString(0), row.GetString(1)), default);

    private async Task<List<LoggedEvent>> Log(Clinic clinic) => await house.Get<EventLog>().Read(clinic.Tenant, 0, 10_000, default);

    private List<string> Mails(Clinic clinic) =>
    [
        .. Directory.GetFiles(house.Mails, "*.eml").Select(File.ReadAllText)
            .Where(mail => mail.Contains($"@{clinic.Tenant.Value}.example", StringComparison.Ordinal)),
    ];

    private static async Task Until(Func<Task<bool>> isSo)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await isSo()) await Task.Delay(20, limit.Token);
    }

    private static readonly Statement[] Earlier =
    [
        new("update access_delivery set due_at = due_at - @by where tenant_id = @tenant_id and ended_at is null"),
        new("update messaging_message set sent_at = sent_at - @by where tenant_id = @tenant_id"),
        new("update messaging_unread set due_at = due_at - @by, told_at = told_at - @by where tenant_id = @tenant_id"),
    ];

    private static readonly Statement DoctorsEarlier = new("""
        update messaging_message
        set sent_at = sent_at - 172800000000
        where tenant_id = @tenant_id
          and sender_id <> @nurse
        """);

    private static readonly Statement DueNow = new("update messaging_unread set due_at = 1 where tenant_id = @tenant_id");

    private static readonly Statement LooksAgain = new(
        "select count(*) from messaging_unread where tenant_id = @tenant_id and due_at is not null");
}

public sealed class NoticesOnSqlite(SqliteHouse house) : NoticeTests(house);

public sealed class NoticesOnPostgres(PostgresHouse house) : NoticeTests(house);
