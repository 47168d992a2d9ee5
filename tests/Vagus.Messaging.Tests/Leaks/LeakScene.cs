using System.Text;
using Vagus.Kernel;
using Vagus.Storage.Consuming;
using Vagus.Storage.Log;
using static Vagus.Messaging.Tests.Steps;

namespace Vagus.Messaging.Tests.Leaks;

/// <summary>What kind of text a secret is: ways differ in which they show.</summary>
internal enum Kind
{
    Message,
    Direct,
    Staff,
    Note,
    Retracted,
    Waiting,
    Draft,
    File,
    FileOfNote,
}

/// <summary>Something that somebody wrote.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Word">Stands in its text and nowhere else.</param>
/// <param name="Id">Of the message, note or file; empty where clients have none.</param>
/// <param name="Thread">Where it was written.</param>
/// <param name="Readers">Who may read it, and nobody else.</param>
internal sealed record Secret(Kind Kind, string Word, string Id, string Thread, IReadOnlyList<Person> Readers);

/// <summary>Two clinics whose people write to each other. Each text has a word of its own.</summary>
internal sealed class LeakScene
{
    /// <summary>About what the direct messages of both clinics are.</summary>
    public const string About = "type=prescription&id=rx-456";

    private const string Category = "medical_question";
    private static readonly string[] Foreigners = ["stranger", "foreigner", "envoy"];
    private readonly List<Secret> secrets = [];
    private int words;

    public required House House { get; init; }

    public required Clinic Clinic { get; init; }

    public required Clinic Other { get; init; }

    public required IReadOnlyDictionary<string, Person> People { get; init; }

    public IReadOnlyList<Secret> Secrets => secrets;

    public IEnumerable<string> Threads => secrets.Select(secret => secret.Thread).Distinct(StringComparer.Ordinal);

    public Person this[string name] => People[name];

    /// <summary>The last place in the log of the person's clinic.</summary>
    public async Task<long> Last(Person person)
    {
        var isForeign = Foreigners.Any(name => this[name] == person);
        return (await House.Get<EventLog>().Extent((isForeign ? Other : Clinic).Tenant, default)).Last;
    }

    /// <summary>A consumer of the log has read all that both clinics wrote.</summary>
    public async Task AreConsumed(string consumer)
    {
        foreach (var tenant in new[] { Clinic.Tenant, Other.Tenant })
        {
            var last = (await House.Get<EventLog>().Read(tenant, 0, 10_000, default))
                .Last(each => each.Type.StartsWith("message.", StringComparison.Ordinal)).Position;
            var cursors = House.Get<Cursors>();
            await Until(async () => await cursors.Read(tenant, consumer, default) >= last, $"{consumer} has not read {last} of {tenant}");
        }
    }

    /// <summary>The door of threads for the person.</summary>
    public static string DoorOf(Person person) => person.Role == Role.Patient ? AtPortal : AtStaff;

    public static async Task<LeakScene> Open(House house)
    {
        var (clinic, patient, doctor) = await Steps.Open(house, "p1", "p2");
        var (other, stranger, foreigner) = await Steps.Open(house, "p1");
        foreach (var each in new[] { clinic, other }) await each.Sets(new { search = true });
        return new LeakScene
        {
            House = house,
            Clinic = clinic,
            Other = other,
            People = new Dictionary<string, Person>(StringComparer.Ordinal)
            {
                ["patient"] = patient, ["doctor"] = doctor, ["stranger"] = stranger, ["foreigner"] = foreigner,
                ["parent"] = await clinic.Has(Role.Patient, patient: "parent", dependants: ["p1"]),
                ["neighbour"] = await clinic.Has(Role.Patient, patient: "p2"),
                ["nurse"] = await clinic.Has(Role.Nurse), ["biller"] = await clinic.Has(Role.Billing),
                ["envoy"] = await other.Has(Role.Nurse), ["driver"] = await clinic.Has(Role.Driver),
                ["colleague"] = await clinic.Has(Role.MedicalAssistant),
            },
        };
    }

    /// <summary>Everything is written by those who may.</summary>
    public async Task Write()
    {
        var (doctor, nurse, patient) = (this["doctor"], this["nurse"], this["patient"]);
        Person[] staff = [doctor, nurse, this["colleague"]];
        Person[] all = [.. staff, patient, this["parent"]];
        var thread = await Begin(patient, all);
        await Begin(this["neighbour"], [.. staff, this["neighbour"]]);
        var (foreigner, envoy) = (this["foreigner"], this["envoy"]);
        await Begin(this["stranger"], [this["stranger"], foreigner, envoy]);
        var path = $"{AtStaff}/threads/{thread}/messages";
        var (shown, hidden) = (NewWord(), NewWord());
        var (file, ofNote) = (await Upload(doctor, shown), await Upload(nurse, hidden));
        await Add(Kind.Message, doctor, path, word => new { content = word, attachmentIds = new[] { file } }, thread, all);
        await Add(
            Kind.Note, nurse, path, word => new { content = word, isInternalNote = true, attachmentIds = new[] { ofNote } }, thread, staff);
        secrets.Add(new Secret(Kind.File, shown, file, thread, all));
        secrets.Add(new Secret(Kind.FileOfNote, hidden, ofNote, thread, staff));
        await AddDirect(nurse, doctor);
        await AddDirect(envoy, foreigner);
        await BeginAmong(doctor, nurse);
        await Add(Kind.Retracted, doctor, path, word => new { content = word }, thread, []);
        (await doctor.Post($"/api/messages/{secrets[^1].Id}/retraction", new { reason = $"Wrong, {secrets[^1].Word}" })).Is(200);
        await Add(
            Kind.Waiting, doctor, path, word => new { content = word, sendAfter = DateTimeOffset.UtcNow.AddDays(1) }, thread, [doctor]);
        var draft = NewWord();
        (await doctor.Put($"{AtStaff}/threads/{thread}/draft", new { content = draft })).Is(200);
        secrets.Add(new Secret(Kind.Draft, draft, "", thread, [doctor]));
    }

    private async Task<string> Begin(Person patient, Person[] readers)
    {
        var word = NewWord();
        var begun = (await patient.Post(
            $"{AtPortal}/threads", new { subject = word, category = Category, content = $"Is it {word}?" })).Is(201);
        var thread = begun["thread"].Text("id");
        secrets.Add(new Secret(Kind.Message, word, begun["messages"][0].Text("id"), thread, readers));
        return thread;
    }

    /// <summary>About the patient, who takes no part in it.</summary>
    private async Task BeginAmong(Person author, Person colleague)
    {
        var word = NewWord();
        var begun = (await author.Post($"{AtStaff}/threads", new
        {
            kind = "staff", participants = new[] { colleague.Id }, patientId = "p1", subject = word, content = $"Look: {word}",
        })).Is(201);
        secrets.Add(new Secret(
            Kind.Staff, word, begun["messages"][0].Text("id"), begun["thread"].Text("id"), [author, colleague]));
    }

    private Task AddDirect(Person author, Person to) => Add(
        Kind.Direct, author, "/api/messages",
        word => new { content = word, recipientId = to.Id, contextType = "prescription", contextId = "rx-456" }, null, [author, to]);

    private async Task Add(Kind kind, Person author, string path, Func<string, object> body, string? thread, Person[] readers)
    {
        var word = NewWord();
        var sent = (await author.Post(path, body(word))).Is(201);
        secrets.Add(new Secret(kind, word, sent.Json.Text("id"), thread ?? sent.Json.Text("threadId"), readers));
    }

    private static Task<string> Upload(Person author, string word) => author.Upload(
        $"{AtStaff}/attachments", Encoding.ASCII.GetBytes($"%PDF-1.4\n% {word}\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n"));

    // A run fails where its log holds a word that begins so.
    private string NewWord()
    {
        var letters = Clinic.Tenant.Value.Where(char.IsAsciiLetterOrDigit)
            .Select(each => char.IsAsciiDigit(each) ? (char)(each + 'a' - '0') : each);
        return $"Canary{string.Concat(letters)}{(char)('a' + words++)}quill";
    }
}
