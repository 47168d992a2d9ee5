using System.Text.Json;
using Vagus.Access.KeyUpkeep;
using Vagus.Access.Vault;
using Vagus.Access.Vault.Searching;
using Vagus.Kernel;
using Vagus.Messaging.Searching;

namespace Vagus.Messaging.Tests.Searching;

/// <summary>Threads are found by words of their texts, by those who see them.</summary>
public abstract class SearchTests(House house)
{
    private static readonly object Allowed = new { search = true };

    [Fact]
    public async Task Staff_and_the_patient_find_a_thread_by_words_and_are_shown_where_they_stand()
    {
        var (clinic, patient, doctor) = await Open("p1");
        var thread = await patient.Begins(content: "Since Monday I have a rash on my left Élbow, and it itches.");
        await patient.Begins(content: "May I come on Monday?");

        foreach (var found in new[] { await Search(doctor, "elbow ras"), await Search(patient, "elbow ras") })
        {
            Assert.Equal(thread, Assert.Single(Ids(found)));
            var match = Assert.Single(found["items"][0].GetProperty("matches").EnumerateArray());
            Assert.Equal(("message", 1), (match.Text("kind"), match.GetProperty("sequence").GetInt32()));
            Assert.Equal(["rash", "Élbow"], Highlighted(match));
        }

        Assert.Equal(2, Ids(await Search(doctor, "monday")).Count);
        Assert.Equal(2, Ids(await Search(doctor, "question")).Count);
        Assert.Empty(Ids(await Search(doctor, "monday never")));
        Assert.Single(Ids((await doctor.Get($"{Steps.AtStaff}/threads?search=monday&limit=1")).Is(200)));
        Assert.Empty(Ids((await doctor.Get($"{Steps.AtStaff}/threads?search=monday&category=billing")).Is(200)));
        Assert.False((await doctor.Get($"{Steps.AtStaff}/threads")).Is(200)["items"][0].TryGetProperty("matches", out _));
        var admin = await clinic.Has(Role.Admin);
        Assert.DoesNotContain("elbow", (await admin.Get("/api/audit?action=thread-read")).Is(200).Text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_search_finds_nothing_of_another_patient_tenant_or_department_and_no_note_for_the_patient()
    {
        var (clinic, patient, doctor) = await Open("p1", "p2");
        var neighbour = await clinic.Has(Role.Patient, patient: "p2");
        var biller = await clinic.Has(Role.Billing);
        var parent = await clinic.Has(Role.Patient, patient: "parent", dependants: ["p1"]);
        var thread = await patient.Begins("medical_question", "Xanthoma on the eyelid");
        (await doctor.Post($"{Steps.AtStaff}/threads/{thread}/messages", new { content = "Yellowish, see xerosis", isInternalNote = true })).Is(201);
        var (_, stranger, foreigner) = await Open("p1");
        await stranger.Begins(content: "Good morning");

        Assert.Equal([thread], Ids(await Search(doctor, "xanthoma")));
        Assert.Equal([thread], Ids(await Search(doctor, "xerosis")));
        Assert.Equal("note", (await Search(doctor, "xerosis"))["items"][0].GetProperty("matches")[0].Text("kind"));
        Assert.Equal([thread], Ids(await Search(parent, "xanthoma")));
        foreach (var person in new[] { neighbour, biller, stranger, foreigner })
        {
            var answer = await Search(person, "xanthoma");
            Assert.Equal("""{"items":[],"nextCursor":null}""", answer.Text);
        }

        foreach (var word in new[] { "xerosis", "yellowish see", "closed:xerosis", "xerosis OR xanthoma", "\"xerosis" })
        {
            Assert.Equal("""{"items":[],"nextCursor":null}""", (await Search(patient, word)).Text);
            Assert.Equal("""{"items":[],"nextCursor":null}""", (await Search(parent, word)).Text);
        }
    }

    [Fact]
    public async Task The_search_follows_what_is_sent_noted_retitled_and_retracted()
    {
        var (_, patient, doctor) = await Open("p1");
        var thread = await patient.Begins(content: "First");
        Assert.Empty(Ids(await Search(doctor, "afterwards")));

        var sent = (await doctor.Post($"{Steps.AtStaff}/threads/{thread}/messages", new { content = "Sent afterwards" })).Is(201)["id"].GetString();
        (await doctor.Put($"{Steps.AtStaff}/threads/{thread}", new { subject = "Wheezing" })).Is(200);
        (await doctor.Post($"{Steps.AtStaff}/threads/{thread}/messages", new { content = "Inhaler", isInternalNote = true })).Is(201);

        Assert.Equal([thread], Ids(await Search(patient, "afterwards")));
        Assert.Equal([thread], Ids(await Search(patient, "wheez")));
        Assert.Equal([thread], Ids(await Search(doctor, "inhaler")));
        Assert.Empty(Ids(await Search(doctor, "question")));
        (await doctor.Post($"/api/messages/{sent}/retraction", new { reason = "Wrong patient" })).Is(200);
        foreach (var person in new[] { patient, doctor })
        {
            Assert.Empty(Ids(await Search(person, "afterwards")));
            Assert.Empty(Ids(await Search(person, "wrong patient")));
        }
    }

    [Fact]
    public async Task A_retracted_text_that_is_still_in_the_index_is_not_shown()
    {
        var (clinic, patient, doctor) = await Open("p1");
        var thread = await patient.Begins(content: "First");
        var sent = (await doctor.Post($"{Steps.AtStaff}/threads/{thread}/messages", new { content = "Sesamoid" })).Is(201)["id"].GetString()!;
        (await doctor.Post($"/api/messages/{sent}/retraction", new { reason = "x" })).Is(200);
        Assert.Empty(Ids(await Search(doctor, "sesamoid")));

        house.Get<SealedSearch>().Put(clinic.Tenant, new SearchText(TextId.Message(sent).ToString(), thread, "Sesamoid"));

        Assert.Equal("""{"items":[],"nextCursor":null}""", (await Search(doctor, "sesamoid")).Text);
    }

    [Fact]
    public async Task Texts_of_a_thread_whose_key_was_destroyed_leave_the_index()
    {
        var (clinic, patient, doctor) = await Open("p1");
        var shredded = await patient.Begins(content: "Sphenoid one");
        var kept = await patient.Begins(content: "Sphenoid two");
        Assert.Equal(2, Ids(await Search(doctor, "sphenoid")).Count);

        var destroyed = await house.Get<DestroyKey>().Destroy(new KeyScope(clinic.Tenant, "thread", shredded), default);

        Assert.Null(destroyed.Refusal);
        Assert.Equal([kept], Ids(await Search(doctor, "sphenoid")));
        Assert.DoesNotContain(shredded, house.Get<SealedSearch>().Groups(clinic.Tenant, new("sphenoid", openOnly: false)).Value);
    }

    [Fact]
    public async Task An_index_is_made_in_the_background_for_tenants_that_allow_it_and_ends_with_the_permission()
    {
        var (clinic, patient, doctor) = await Open("p1");
        var thread = await patient.Begins(content: "Kyphosis");
        var ready = house.Get<KeepSearchReady>();

        await ready.Turn(default);
        Assert.Equal([thread], house.Get<SealedSearch>().Groups(clinic.Tenant, new("kyphosis", openOnly: true)).Value);
        house.Get<SealedSearch>().Forget(clinic.Tenant);
        Assert.Equal([thread], Ids(await Search(doctor, "kyphosis")));
        await clinic.Sets(new { search = false });
        await ready.Turn(default);

        Assert.Null(house.Get<SealedSearch>().Texts(clinic.Tenant));
        (await doctor.Get($"{Steps.AtStaff}/threads?search=kyphosis")).IsRefused(400, "not_supported");
        (await patient.Get($"{Steps.AtPortal}/threads?search=kyphosis")).IsRefused(400, "not_supported");
    }

    [Fact]
    public async Task A_search_that_comes_while_texts_are_prepared_is_told_so_and_not_how_many_there_are()
    {
        var (clinic, patient, _) = await Open("p1");
        await patient.Begins(content: "Scoliosis");
        var index = house.Get<SealedSearch>();
        var gate = new TaskCompletionSource();
        index.Forget(clinic.Tenant);
        var preparing = index.Prepare(clinic.Tenant, _ => Held(gate.Task), default).AsTask();

        var answer = await patient.Get($"{Steps.AtPortal}/threads?search=scoliosis");

        answer.IsRefused(503, "search_preparing");
        Assert.Equal("0", answer["percent"].GetString());
        Assert.DoesNotContain("total", answer.Text, StringComparison.Ordinal);
        gate.SetResult();
        Assert.Null(await preparing);
        index.Forget(clinic.Tenant);
        Assert.Single(Ids(await Search(patient, "scoliosis")));
    }

    private static async IAsyncEnumerable<SearchText> Held(Task gate)
    {
        await gate;
        yield break;
    }

    [Fact]
    public async Task Texts_beyond_the_limit_are_refused_as_a_whole_rather_than_searched_in_part()
    {
        var (_, patient, doctor) = await Open("p1");
        var thread = await patient.Begins(content: "Lordosis");
        Assert.Equal([thread], Ids(await Search(doctor, "lordosis")));

        for (var number = 0; number < 5; number++)
        {
            var content = string.Concat(Enumerable.Repeat("lordosis ", 550));
            (await patient.Post($"{Steps.AtPortal}/threads/{thread}/messages", new { content })).Is(201);
        }

        (await doctor.Get($"{Steps.AtStaff}/threads?search=lordosis")).IsRefused(422, "search_too_large");
        (await patient.Get($"{Steps.AtPortal}/threads?search=lordosis")).IsRefused(422, "search_too_large");
    }

    [Fact]
    public async Task Words_that_are_none_or_too_many_are_refused()
    {
        var (_, patient, doctor) = await Open("p1");

        foreach (var words in new[] { " ", "...", new string('a', 201), string.Join(' ', Enumerable.Repeat("a", 17)) })
        {
            (await doctor.Get($"{Steps.AtStaff}/threads?search={Uri.EscapeDataString(words)}")).IsRefused(400, "invalid_field");
            (await patient.Get($"{Steps.AtPortal}/threads?search={Uri.EscapeDataString(words)}")).IsRefused(400, "invalid_field");
        }

        (await doctor.Get($"{Steps.AtStaff}/threads?search=a%00")).Is(400);
    }

    private async Task<(Clinic Clinic, Person Patient, Person Doctor)> Open(params string[] patients)
    {
        var opened = await Steps.Open(house, patients);
        await opened.Clinic.Sets(Allowed);
        return opened;
    }

    private static async Task<Answer> Search(Person person, string words)
    {
        var door = person.Role == Role.Patient ? Steps.AtPortal : Steps.AtStaff;
        return (await person.Get($"{door}/threads?search={Uri.EscapeDataString(words)}")).Is(200);
    }

    private static List<string> Ids(Answer found) => [.. found["items"].EnumerateArray().Select(item => item.Text("id"))];

    private static IEnumerable<string> Highlighted(JsonElement match) => match.GetProperty("highlights").EnumerateArray()
        .Select(each => match.Text("snippet").Substring(each.GetProperty("start").GetInt32(), each.GetProperty("length").GetInt32()));
}

public sealed class SearchOnSqlite(SqliteHouse house) : SearchTests(house);

public sealed class SearchOnPostgres(PostgresHouse house) : SearchTests(house);
