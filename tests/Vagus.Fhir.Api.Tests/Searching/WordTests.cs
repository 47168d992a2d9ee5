using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Fhir.Store;
using Vagus.Fhir.Writing;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Fhir.Api.Tests.Searching;

/// <summary><c>_text</c> and <c>_content</c>: words, of tenants that have switched them on.</summary>
public abstract class WordTests(Engine engine) : IAsyncLifetime
{
    private readonly HeldClock clock = new();
    private FhirServer? server;

    private FhirServer Server => server ?? throw new InvalidOperationException("not started");

    public async ValueTask InitializeAsync()
    {
        server = new FhirServer(engine, clock);
        await server.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("_text=pneumonia", "n")]
    [InlineData("_text=PNEUMÓNIA", "n")]
    [InlineData("_text=pneumo", "")]
    [InlineData("_text=pneumo*", "n")]
    [InlineData("_text=severe pneumonia", "n")]
    [InlineData("_text=mild pneumonia", "")]
    [InlineData("_text=mild,pneumonia", "n")]
    [InlineData("_text=div", "")]
    [InlineData("_text=boldness", "n")]
    [InlineData("_text=note", "")]
    [InlineData("_content=note", "s")]
    [InlineData("_content=display", "s")]
    [InlineData("_content=severe", "n")]
    [InlineData("_content=718", "")]
    [InlineData("_content=final", "")]
    [InlineData("_content=note&patient=p", "s")]
    [InlineData("_content=note&patient=q", "")]
    [InlineData("_content=o* the", "s")]
    public async Task Words_are_found_in_narratives_and_in_texts(string query, string expected)
    {
        var clinic = await Clinic.Open(Server);
        var admin = await clinic.Admin();
        await SwitchOn(clinic, "true");
        await Record(admin);

        Assert.Equal(expected, string.Join(',', (await admin.Get($"Observation?{query}")).Is(200).Ids.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task What_was_there_before_is_found_when_the_index_has_been_made()
    {
        var clinic = await Clinic.Open(Server);
        var admin = await clinic.Admin();
        await Record(admin);
        (await admin.Get("Observation?_content=note")).IsRefused(400, "not-supported");

        await Set(clinic, "true");
        (await admin.Get("Observation?_content=note")).IsRefused(400, "not-supported");
        await Turn();
        Assert.Equal(["s"], (await admin.Get("Observation?_content=note")).Is(200).Ids);

        await Set(clinic, "false");
        await Turn();
        (await admin.Get("Observation?_content=note")).IsRefused(400, "not-supported");
        await Set(clinic, "true");
        await Turn();
        Assert.Equal(["s"], (await admin.Get("Observation?_content=note")).Is(200).Ids);
    }

    [Fact]
    public async Task Words_that_are_switched_off_are_not_searched_from_then_on()
    {
        var clinic = await Clinic.Open(Server);
        var admin = await clinic.Admin();
        await SwitchOn(clinic, "true");
        await Record(admin);
        Assert.Equal(["s"], (await admin.Get("Observation?_content=note")).Is(200).Ids);

        await Set(clinic, "false");

        (await admin.Get("Observation?_content=note")).IsRefused(400, "not-supported");
        (await admin.Get("Patient?_has:Observation:patient:_content=note")).IsRefused(400, "not-supported");
    }

    [Fact]
    public async Task Words_go_with_the_version_that_had_them_and_with_the_resource()
    {
        var clinic = await Clinic.Open(Server);
        var admin = await clinic.Admin();
        await SwitchOn(clinic, "true");
        await Record(admin);

        (await admin.Put("Observation/s", Sample.Observation("Patient/p", id: "s", more: ""","note":[{"text":"other"}]"""))).Is(200);
        Assert.Empty((await admin.Get("Observation?_content=order")).Is(200).Ids);
        Assert.Equal(["s"], (await admin.Get("Observation?_content=other")).Is(200).Ids);
        (await admin.Delete("Observation/s")).Is(204);
        Assert.Empty((await admin.Get("Observation?_content=other")).Is(200).Ids);
    }

    [Fact]
    public async Task Words_tell_nobody_of_what_they_may_not_see()
    {
        var (clinic, elsewhere) = (await Clinic.Open(Server), await Clinic.Open(Server));
        var (admin, blind, own, other, stranger) = (
            await clinic.Admin(), await clinic.Provider(seesSensitive: false), await clinic.Patient("p"), await clinic.Patient("q"),
            await elsewhere.Admin());
        await SwitchOn(clinic, "true");
        await SwitchOn(elsewhere, "true");
        (await admin.Put("Patient/p", Sample.Patient("P", "p"))).Is(201);
        (await admin.Put("Observation/open", Noted("open", "bruise"))).Is(201);
        (await admin.Put("Observation/closed", Noted("closed", "bruise", Sample.Labelled("HIV")))).Is(201);
        (await admin.Put("Observation/draft", Noted("draft", "bruise").Replace("\"final\"", "\"preliminary\"", StringComparison.Ordinal))).Is(201);

        foreach (var (person, expected) in new[]
        {
            (admin, "closed,draft,open"), (blind, "draft,open"), (own, "open"), (other, ""), (stranger, ""),
        })
        {
            var found = (await person.Get("Observation?_content=bruise")).Is(200);
            Assert.Equal(expected, string.Join(',', found.Ids.Order(StringComparer.Ordinal)));
            Assert.Equal(found.Ids.Count, found.Total);
        }

        (await (await clinic.Has(Kernel.Role.Driver)).Get("Observation?_content=bruise")).IsRefused(403, "forbidden");
    }

    [Fact]
    public async Task No_word_of_a_record_finds_anything_for_those_who_do_not_reach_it()
    {
        const int Asked = 150;
        var file = SampleData.SyntheaBundles().MinBy(path => new FileInfo(path).Length)!;
        var (clinic, elsewhere) = (await Clinic.Open(Server), await Clinic.Open(Server));
        var admin = await clinic.Admin();
        await SwitchOn(clinic, "true");
        await SwitchOn(elsewhere, "true");
        var import = await Import.SyntheaImport.Into(admin, [file]);
        (await admin.Put("Patient/other", Sample.Patient("Other", "other"))).Is(201);
        var (other, stranger) = (await clinic.Patient("other"), await elsewhere.Admin());
        var hidden = import.Sent.Keys.Where(reference => TypeOf(reference) is "Observation" or "Condition" or "Procedure" or "Encounter").ToList();
        var random = new Random(7);

        for (var round = 0; round < Asked; round++)
        {
            var reference = hidden[random.Next(hidden.Count)];
            var resource = (await admin.Get(reference)).Is(200).Json;
            var words = R4.Indexing.ResourceWords.Of(resource);
            var (name, all) = round % 2 == 0 && words.Text.Count > 0 ? ("_text", words.Text) : ("_content", words.Content);
            if (all.Count == 0) continue;
            var query = $"{name}={all.ElementAt(random.Next(all.Count))}&_total=accurate";
            Assert.NotEmpty((await admin.Get($"{TypeOf(reference)}?{query}")).Is(200).Ids);
            foreach (var person in new[] { other, stranger })
            {
                var found = (await person.Get($"{TypeOf(reference)}?{query}")).Is(200);
                Assert.True(found is { Ids.Count: 0, Total: 0 }, $"{TypeOf(reference)}?{query}");
            }
        }
    }

    private static string TypeOf(string reference) => reference.Split('/')[0];

    [Theory]
    [InlineData("_content=")]
    [InlineData("_text=...")]
    [InlineData("_content:exact=a")]
    [InlineData("_content=a b c d e f g h i j k l m n o p q")]
    public async Task What_are_no_words_is_refused(string query)
    {
        var clinic = await Clinic.Open(Server);
        await SwitchOn(clinic, "true");

        (await (await clinic.Admin()).Get($"Observation?{query}")).Is(400);
    }

    private static async Task Record(Person admin)
    {
        (await admin.Put("Patient/p", Sample.Patient("P", "p"))).Is(201);
        const string div = "<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\"><p>Severe pneumónia</p><b>bold</b><i>ness boldness</i></div>";
        (await admin.Put("Observation/n", Sample.Observation(
            "Patient/p", id: "n", more: $$$""","text":{"status":"generated","div":"{{{div}}}"}"""))).Is(201);
        (await admin.Put("Observation/s", Sample.Observation("Patient/p", id: "s", more: """
            ,"note":[{"text":"A note on the order"}],"category":[{"coding":[{"system":"urn:c","code":"c","display":"Shown display"}]}]
            """))).Is(201);
    }

    private static string Noted(string id, string note, string more = "") =>
        Sample.Observation("Patient/p", id: id, more: $$""","note":[{"text":"{{note}}"}]{{more}}""");

    private async Task SwitchOn(Clinic clinic, string value)
    {
        await Set(clinic, value);
        await Turn();
    }

    private async Task Set(Clinic clinic, string value)
    {
        var set = await Server.Get<TenantSettings>().Set(clinic.Tenant, FullText.Setting, JsonElement.Parse(value), default);
        Assert.False(set.IsRefused);
    }

    private async Task Turn()
    {
        clock.Advance(TimeSpan.FromMinutes(1));
        await Server.Get<IEnumerable<LeasedDuty>>().OfType<IndexTexts>().Single().Turn(TestContext.Current.CancellationToken);
    }

    private sealed class HeldClock : TimeProvider
    {
        private DateTimeOffset now = System.GetUtcNow();

        public override DateTimeOffset GetUtcNow() => now;

        public void Advance(TimeSpan by) => now += by;
    }
}

public sealed class WordsOnSqlite() : WordTests(Engine.Sqlite);

public sealed class WordsOnPostgres() : WordTests(Engine.Postgres);
