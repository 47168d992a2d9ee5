using System.Globalization;
using System.Text;
using System.Text.Json;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using static Vagus.Messaging.Tests.Steps;

namespace Vagus.Messaging.Tests.Leaks;

/// <summary>A browser, a phone and a mailbox for everybody. Each tells that something waits, and neither what nor where.</summary>
internal sealed class NoticeWays(LeakScene scene, Receiver outside) : IDisposable
{
    private static readonly Statement Waiting = new("select count(*) from access_delivery where ended_at is null");
    private readonly Dictionary<Person, Browser> browsers = [];
    private readonly Dictionary<Person, string> phones = [];
    private readonly Dictionary<Person, string> mailboxes = [];

    public Way Push => Blank("Web Push", person => outside.Taken.Where(each => each.Path == PathOf(person))
        .Select(each => browsers[person].Open(each.Body) + Headers(each)));

    public Way Phone => Blank("phone", person => outside.Taken.Where(each => each.Path == "/gateway")
        .Where(each => JsonElement.Parse(each.Body).Text("to") == phones[person])
        .Select(each => Encoding.UTF8.GetString(each.Body) + Headers(each)));

    public Way Mail => Blank("mail", person => Directory.GetFiles(scene.House.Mails, "*.eml").Select(MailIn)
        .Where(mail => mail.Message.To.Mailboxes.Any(to => to.Address == mailboxes[person]))
        .Select(mail => $"{mail.Raw}\n{mail.Message.Subject}\n{mail.Message.TextBody}\n{mail.Message.HtmlBody}"));

    public static async Task<NoticeWays> Open(LeakScene scene, Receiver outside)
    {
        var ways = new NoticeWays(scene, outside);
        foreach (var person in scene.People.Values) await ways.Add(person);
        return ways;
    }

    /// <summary>All that the messages cause has left.</summary>
    public async Task Settle()
    {
        await scene.AreConsumed("message-notices");
        var database = scene.House.Get<Database>();
        await Until(async () => await database.QueryOne(Waiting, [], row => row.GetInt64(0), default) == 0, "notices wait");
    }

    /// <summary>The names of those who are told at all.</summary>
    public async Task<string> Reached(Way way)
    {
        var names = new List<string>();
        foreach (var (name, person) in scene.People)
        {
            if ((await way.Tell(scene, person)).Contains("message", StringComparison.Ordinal)) names.Add(name);
        }

        return string.Join(", ", names.Order(StringComparer.Ordinal));
    }

    public void Dispose()
    {
        foreach (var browser in browsers.Values) browser.Dispose();
    }

    private async Task Add(Person person)
    {
        var browser = browsers[person] = new Browser();
        (await person.Post("/api/push/subscriptions", browser.Subscription(new Uri(outside.Address, PathOf(person))))).Is(201);
        var phone = phones[person] = string.Create(CultureInfo.InvariantCulture, $"+1555000{phones.Count:0000}");
        var door = person.Role == Role.Patient ? "/api/patient-portal/preferences" : "/api/preferences";
        var chosen = (await person.Put(door, new { sms = new { enabled = true, phone } })).Is(200);
        mailboxes[person] = chosen["email"].Text("address");
    }

    private static string PathOf(Person person) => $"/push/{person.Id}";

    private static string Headers(Received each) => string.Join('\n', each.Headers.Select(header => $"{header.Key}: {header.Value}"));

    private static (string Raw, MimeKit.MimeMessage Message) MailIn(string file) =>
        (File.ReadAllText(file), MimeKit.MimeMessage.Load(file));

    private static Way Blank(string name, Func<Person, IEnumerable<string>> told) =>
        new(name, (_, person) => Task.FromResult(string.Join('\n', told(person))), static _ => null) { IsBlank = true };
}
