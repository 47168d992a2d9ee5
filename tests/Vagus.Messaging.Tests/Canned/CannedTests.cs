using Vagus.Kernel;
using Vagus.Messaging.Canned;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Testing;
using static Vagus.Messaging.Tests.Steps;

namespace Vagus.Messaging.Tests.Canned;

/// <summary>Texts that staff send again and again: shared ones, personal ones, and what is left to fill in them.</summary>
public abstract class CannedTests(House house)
{
    [Fact]
    public async Task A_tenant_begins_with_five_and_one_that_was_deleted_does_not_come_back()
    {
        var clinic = await house.NewClinic();
        var (admin, nurse) = (await clinic.Has(Role.Admin), await clinic.Has(Role.Nurse));

        var lists = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => nurse.Get(AtCanned)));

        Assert.All(lists, list => Assert.Equal(5, list.Is(200)["items"].GetArrayLength()));
        var normal = lists[0]["items"].EnumerateArray().Single(item => item.Text("shortcode") == "results-normal");
        Assert.True(normal.GetProperty("shared").GetBoolean());
        (await nurse.Delete($"{AtCanned}/{normal.Text("id")}")).IsRefused(403, "forbidden");
        (await admin.Delete($"{AtCanned}/{normal.Text("id")}")).Is(204);
        Assert.Equal(4, (await nurse.Get(AtCanned)).Is(200)["items"].GetArrayLength());
        (await nurse.Get($"{AtCanned}/{normal.Text("id")}")).IsRefused(404, "not_found");
        // Its shortcode is free again.
        (await admin.Post(AtCanned, new { title = "t", content = "c", shortcode = "results-normal", shared = true })).Is(201);
    }

    [Fact]
    public async Task The_defaults_are_in_the_language_of_the_tenant()
    {
        var clinic = await house.NewClinic();
        await clinic.Sets(new { language = "es" });

        var items = (await (await clinic.Has(Role.Nurse)).Get(AtCanned)).Is(200)["items"].EnumerateArray().ToList();

        Assert.Contains(items, item => item.Text("title") == "Receta aprobada");
    }

    [Fact]
    public async Task A_personal_one_is_its_owners_and_a_shared_one_everybodys()
    {
        var clinic = await house.NewClinic();
        var (nurse, doctor, admin) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Provider), await clinic.Has(Role.Admin));
        var own = (await nurse.Post(AtCanned, new { title = "Mine", content = "c", shortcode = "x" })).Is(201);
        var shared = (await nurse.Post(AtCanned, new { title = "Ours", content = "c", shortcode = "x", shared = true })).Is(201);

        Assert.Contains("Mine", (await nurse.Get(AtCanned)).Text, StringComparison.Ordinal);
        foreach (var other in new[] { doctor, admin })
        {
            var list = await other.Get(AtCanned);
            Assert.DoesNotContain("Mine", list.Text, StringComparison.Ordinal);
            Assert.Contains("Ours", list.Text, StringComparison.Ordinal);
            var path = $"{AtCanned}/{own["id"].GetString()}";
            (await other.Get(path)).IsRefused(404, "not_found");
            (await other.Put(path, new { title = "Mine", content = "c" })).IsRefused(404, "not_found");
            (await other.Delete(path)).IsRefused(404, "not_found");
        }

        var ours = $"{AtCanned}/{shared["id"].GetString()}";
        (await doctor.Put(ours, new { title = "Taken", content = "c" })).IsRefused(403, "forbidden");
        (await admin.Put(ours, new { title = "Kept", content = "c", shortcode = "x", version = 1 })).Is(200);
        (await nurse.Put(ours, new { title = "Late", content = "c", version = 1 })).IsRefused(409, "stale_version");
        // A shortcode is one of a kind within its scope.
        (await doctor.Post(AtCanned, new { title = "t", content = "c", shortcode = "X", shared = true }))
            .IsRefused(409, "shortcode_taken");
        (await nurse.Post(AtCanned, new { title = "t", content = "c", shortcode = "X" })).IsRefused(409, "shortcode_taken");
        (await doctor.Post(AtCanned, new { title = "t", content = "c", shortcode = "x" })).Is(201);
    }

    [Fact]
    public async Task Two_who_take_one_shortcode_at_once_do_not_both_get_it()
    {
        var clinic = await house.NewClinic();
        var staff = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => clinic.Has(Role.Nurse)));

        var answers = await Task.WhenAll(staff.Select(
            nurse => nurse.Post(AtCanned, new { title = "t", content = "c", shortcode = "race", shared = true })));

        Assert.Single(answers, answer => answer.Status == 201);
        Assert.Equal(3, answers.Count(answer => answer.Status == 409));
    }

    [Fact]
    public async Task Another_tenant_and_a_patient_find_none()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var other = await (await house.NewClinic()).Has(Role.Admin);
        var id = (await doctor.Post(AtCanned, new { title = "t", content = "c", shared = true })).Is(201)["id"].GetString();
        var theirs = (await other.Post(AtCanned, new { title = "t", content = "c", shared = true })).Is(201)["id"].GetString();

        (await other.Get($"{AtCanned}/{id}")).IsRefused(404, "not_found");
        (await other.Delete($"{AtCanned}/{id}")).IsRefused(404, "not_found");
        (await doctor.Get($"{AtCanned}/{theirs}")).IsRefused(404, "not_found");
        (await doctor.Put($"{AtCanned}/{theirs}", new { title = "t", content = "c" })).IsRefused(404, "not_found");
        (await patient.Get(AtCanned)).Is(403);
        Assert.NotNull(clinic);
    }

    [Fact]
    public async Task It_is_filled_for_a_thread_that_the_writer_sees_and_counts_its_use()
    {
        var (clinic, patient, doctor) = await Open(house, "maya");
        await clinic.Sets(new { clinic = new { phone = "555-0100" } });
        var thread = await patient.Begins("billing");
        var radiology = await clinic.Has(Role.Radiology);
        var id = (await doctor.Post(AtCanned, new
        {
            title = "Call", shared = true,
            content = "Hello {{patient.firstName|there}} {{patient.lastName}}, call {{clinic.phone}} or {{clinic.name|us}}.",
        })).Is(201)["id"].GetString();

        var filled = (await doctor.Get($"{AtCanned}/{id}?threadId={thread}")).Is(200);

        Assert.Equal("Hello maya Doe, call 555-0100 or us.", filled["filledContent"].GetString());
        Assert.True(filled["isFilled"].GetBoolean());
        (await radiology.Get($"{AtCanned}/{id}?threadId={thread}")).IsRefused(404, "not_found");
        (await doctor.Post($"{AtStaff}/threads/{thread}/messages", new
        {
            content = filled["filledContent"].GetString(), cannedResponseId = id,
        })).Is(201);
        Assert.Equal(1, (await radiology.Get($"{AtCanned}/{id}")).Is(200)["usageCount"].GetInt64());
        (await doctor.Post($"{AtStaff}/threads/{thread}/messages", new { content = "x", cannedResponseId = "gone" })).Is(201);
    }

    [Theory]
    [InlineData("Hello {{patient.firstName}}")]
    [InlineData("We need to know [which medicine]")]
    public async Task A_text_that_is_still_to_be_filled_is_not_sent(string content)
    {
        var (_, patient, doctor) = await Open(house, "p1");
        var thread = await patient.Begins();

        (await doctor.Post($"{AtStaff}/threads/{thread}/messages", new { content })).IsRefused(422, "unfilled_placeholder");
        (await doctor.Post($"{AtStaff}/threads", new { patientId = "p1", subject = "s", category = "general", content }))
            .IsRefused(422, "unfilled_placeholder");

        Assert.Single((await patient.Get($"{AtPortal}/threads/{thread}")).Contents());
        // Patients write what they like, and notes reach no patient.
        (await patient.Post($"{AtPortal}/threads/{thread}/messages", new { content })).Is(201);
        (await doctor.Post($"{AtStaff}/threads/{thread}/messages", new { content, isInternalNote = true })).Is(201);
    }

    [Fact]
    public async Task A_text_with_an_unfilled_placeholder_is_sent_to_a_patient_by_no_door()
    {
        const string content = "Hello {{patient.firstName}}";
        var (clinic, patient, doctor) = await Open(house, "p1");
        var nurse = await clinic.Has(Role.Nurse);
        var thread = await patient.Begins();
        await using var desk = await LiveSocket.Open(house, doctor);

        foreach (var body in new object[] { new { threadId = thread, content }, new { recipientId = patient.Id, content } })
        {
            (await doctor.Post("/api/messages", body)).IsRefused(422, "unfilled_placeholder");
            Assert.False((await desk.Ask("send_message", body)).GetProperty("ok").GetBoolean());
        }

        (await doctor.Post("/fhir/Communication", new
        {
            resourceType = "Communication", status = "completed", recipient = new[] { new { reference = "Patient/p1" } },
            payload = new[] { new { contentString = content } },
        })).Is(422);
        Assert.Single((await patient.Get($"{AtPortal}/threads/{thread}")).Contents());
        (await patient.Post("/api/messages", new { threadId = thread, content })).Is(201);
        (await doctor.Post("/api/messages", new { recipientId = nurse.Id, content })).Is(201);
    }

    [Fact]
    public async Task No_more_are_shared_by_a_change_than_by_a_new_one()
    {
        var clinic = await house.NewClinic();
        var nurse = await clinic.Has(Role.Nurse);
        (await nurse.Get(AtCanned)).Is(200);
        await clinic.Change(Fill, clinic.Tenant.Value);
        (await nurse.Post(AtCanned, new { title = "t", content = "c", shared = true })).IsRefused(409, "too_many");
        var own = (await nurse.Post(AtCanned, new { title = "t", content = "c" })).Is(201)["id"].GetString();

        (await nurse.Put($"{AtCanned}/{own}", new { title = "t", content = "c", shared = true })).IsRefused(409, "too_many");

        (await nurse.Put($"{AtCanned}/{own}", new { title = "t", content = "d" })).Is(200);
    }

    [Fact]
    public async Task A_tenant_that_could_not_begin_begins_with_the_next_look()
    {
        var clinic = await house.NewClinic();
        var nurse = await clinic.Has(Role.Nurse);
        var caller = new Caller(clinic.Tenant, new UserId(nurse.Id), Role.Nurse, new SessionId("s"));
        await StoppedTenant.Stop(house.Get<GroupCommit>(), clinic.Tenant);
        Assert.Empty(await house.Get<CannedResponses>().Of(caller, default));

        await StoppedTenant.Resume(house.Get<GroupCommit>(), clinic.Tenant);

        Assert.Equal(5, (await house.Get<CannedResponses>().Of(caller, default)).Count);
    }

    private static readonly Statement Fill = new("""
        insert into messaging_canned
          (tenant_id, canned_id, owner_id, created_by, title, content, category, shortcode, usage_count, version, changed_at)
        with recursive n(i) as (select 1 union all select i + 1 from n where i < 495)
        select tenant_id, canned_id || '-' || n.i, '', 'somebody', title, content, category, null, 0, 1, 1
        from messaging_canned, n
        where tenant_id = @tenant_id
          and shortcode = 'results-normal'
        """);

    [Theory]
    [InlineData("{\"title\":\"t\",\"content\":\"{{patient.ssn}}\"}", 422, "unknown_variable")]
    [InlineData("{\"title\":\" \",\"content\":\"c\"}", 400, "invalid_field")]
    [InlineData("{\"title\":\"t\",\"content\":\"c\",\"shortcode\":\"a b\"}", 400, "invalid_field")]
    [InlineData("{\"title\":\"t\",\"content\":\"c\",\"category\":\"weather\"}", 400, "invalid_field")]
    [InlineData("{\"title\":\"t\",\"content\":\"c\",\"owner\":\"me\"}", 400, "unknown_field")]
    public async Task One_that_is_none_is_refused(string body, int status, string code)
    {
        var nurse = await (await house.NewClinic()).Has(Role.Nurse);

        (await nurse.Post(AtCanned, body)).IsRefused(status, code);
    }
}

public sealed class CannedOnSqlite(SqliteHouse house) : CannedTests(house);

public sealed class CannedOnPostgres(PostgresHouse house) : CannedTests(house);
