using System.Text.RegularExpressions;

namespace Vagus.Architecture.Tests;

/// <summary>Inside a room the folders stand in an order too: a folder uses those to its right only.</summary>
public sealed partial class FolderArrowTests
{
    private static readonly Dictionary<string, string[]> Order = new(StringComparer.Ordinal)
    {
        ["Vagus.Server"] = ["Checkup", "Commands", "Describing", "Observing", "Edge", "Web"],
        ["Vagus.SocketIO"] = ["Sockets", "Recovery", "Packets", "Rooms", "Engine", "WebSockets", "Delivery"],
        ["Vagus.Access"] =
            [
                "Settings", "Files", "AuditReading", "KeyUpkeep", "Requests", "Policies", "Visibility", "Sessions", "Authorization", "Tenants", "Audit",
                "Vault", "Outgoing",
            ],
        ["Vagus.Identity"] =
            [
                "OAuth", "Administration", "BreakingGlass", "Portal", "Recovery", "Tickets", "SigningIn", "SecondFactors", "Sessions", "Delivering",
                "Notices", "People", "Mail", "Queue", "Doors", "Passwords", "Providers", "Tokens", "Keys", "DeviceKeys", "Limits",
            ],
        ["Vagus.Realtime"] = ["Gateways", "Presence", "Requests", "Feed"],
        ["Vagus.Messaging"] =
            [
                "Live", "Portal", "Staff", "Records", "Direct", "Holding", "Notices", "Searching", "Exporting", "Measuring", "Erasing", "Messages",
                "Drafts", "Canned", "Files", "Triage", "Hours", "Words", "Threads",
            ],
        ["Vagus.Bus"] = ["Intake", "Publishing", "Waking", "Connecting"],
        ["Vagus.Clinic"] = ["Encounters", "Appointments", "Biopsies", "Billing", "Patients", "Signatures", "Records", "Time", "Requests"],
        ["Vagus.Care"] = ["Charts", "Rules", "Publishing", "Notifications", "Alerts", "OnCall", "Seeing", "Requests", "Imaging", "Viewing", "Deriving"],
        ["Vagus.Fhir"] = ["Imports", "Exports", "Bundles", "Records", "Interactions", "Subscribing", "Http", "Live", "Reading", "Terminology", "Search", "Writing", "Profiles", "Auditing", "Deriving", "Store", "Labels", "Meaning"],
        ["Vagus.Fhir.R4"] = ["Patching", "Xml", "Criteria", "Terminology", "Indexing", "FhirPath", "Validation", "Json", "Definitions"],
        ["Vagus.Storage"] = ["Moving", "Backups", "Retention", "Consuming", "Apart", "Migrations", "Writing", "Log", "Files", "Searching", "Sql"],
    };

    /// <summary>Published libraries, whose folders are shelves of one namespace.</summary>
    private static readonly HashSet<string> OtherNamespaces = new(StringComparer.Ordinal) { "Vagus.Events.Catalogue" };

    [Fact]
    public void Arrows_between_folders_point_in_one_direction()
    {
        var rooms = Sources().GroupBy(file => file.Split('/')[1], StringComparer.Ordinal).ToList();

        Assert.True(rooms.Count > 5, "The rooms were not found.");
        Findings.MustBeNone(rooms.SelectMany(room => Upward(room.Key, [.. room.Select(Read)])));
    }

    [Fact]
    public void An_arrow_that_points_up_is_seen()
    {
        var up = new Source("src/Vagus.Fhir.R4/Json/Up.cs", "using Vagus.Fhir.R4.Indexing.Reading;\n");
        var down = new Source("src/Vagus.Fhir.R4/Indexing/Down.cs", "using Vagus.Fhir.R4.Json;\n");

        Assert.Equal(["src/Vagus.Fhir.R4/Json/Up.cs: Json may not use Indexing"], Upward("Vagus.Fhir.R4", [up, down]));
    }

    [Theory]
    [InlineData("using Short = Vagus.Fhir.R4.Indexing.Reading;\n")]
    [InlineData("global using Vagus.Fhir.R4.Indexing.Reading;\n")]
    [InlineData("using static Vagus.Fhir.R4.Indexing.Reading;\n")]
    [InlineData("namespace Vagus.Fhir.R4.Json;\nclass Up { Indexing.Reading one; }")]
    [InlineData("namespace Vagus.Fhir.R4.Json;\nclass Up { Vagus.Fhir.R4.Indexing.Reading one; }")]
    [InlineData("namespace Vagus.Fhir.R4.Json;\nclass Up { R4.Indexing.Reading one; }")]
    public void An_arrow_without_a_plain_using_is_seen(string text)
    {
        var up = new Source("src/Vagus.Fhir.R4/Json/Up.cs", text);
        var down = new Source("src/Vagus.Fhir.R4/Indexing/Reading.cs", "namespace Vagus.Fhir.R4.Indexing;\npublic sealed class Reading;\n");

        Assert.Equal(["src/Vagus.Fhir.R4/Json/Up.cs: Json may not use Indexing"], Upward("Vagus.Fhir.R4", [up, down]));
    }

    [Fact]
    public void A_namespace_is_that_of_its_folder()
    {
        Findings.MustBeNone(Sources().Select(Read).SelectMany(Misplaced));
        Assert.Equal(
            ["src/Vagus.Fhir.R4/Json/Up.cs: its namespace is Vagus.Fhir.R4.Indexing"],
            Misplaced(new Source("src/Vagus.Fhir.R4/Json/Up.cs", "namespace Vagus.Fhir.R4.Indexing;\n")));
    }

    [Fact]
    public void A_folder_without_a_place_in_the_order_is_seen()
    {
        var source = new Source("src/Vagus.Fhir.R4/Fresh/New.cs", "using Vagus.Fhir.R4.Json;\n");

        Assert.Equal(
            ["src/Vagus.Fhir.R4/Fresh/New.cs: Fresh has no place in the order of Vagus.Fhir.R4"], Upward("Vagus.Fhir.R4", [source]));
    }

    private static IEnumerable<string> Upward(string room, IReadOnlyList<Source> sources)
    {
        var order = Order.GetValueOrDefault(room, []);
        foreach (var (source, from, to) in Arrows(room, sources))
        {
            var (at, target) = (Array.IndexOf(order, from), Array.IndexOf(order, to));
            if (at < 0) yield return $"{source.Path}: {from} has no place in the order of {room}";
            else if (target < at) yield return $"{source.Path}: {from} may not use {to}";
        }
    }

    private static IEnumerable<(Source Source, string From, string To)> Arrows(string room, IReadOnlyList<Source> sources)
    {
        var types = TypesOf(room, sources);
        return (
            from source in sources
            let parts = source.Path.Split('/')
            where parts.Length > 3
            from folder in ByUsing(room, source).Concat(ByName(source, types))
            where folder != parts[2] && IsFolder(room, folder, sources)
            select (source, parts[2], folder)).Distinct();
    }

    private static IEnumerable<string> ByUsing(string room, Source source) =>
        from Match match in Usings().Matches(source.Text)
        let name = match.Groups["name"].Value
        where name.StartsWith(room + ".", StringComparison.Ordinal)
        select name[(room.Length + 1)..].Split('.')[0];

    /// <summary>Types that are named by their folder, with or without what stands before it.</summary>
    private static IEnumerable<string> ByName(Source source, ILookup<string, string> types) =>
        from Match match in Qualified().Matches(string.Join('\n', source.Text.Split('\n').Where(line => !IsComment(line))))
        let folder = match.Groups["folder"].Value
        where types[folder].Contains(match.Groups["type"].Value, StringComparer.Ordinal)
        select folder;

    private static bool IsComment(string line) => line.TrimStart().StartsWith("//", StringComparison.Ordinal);

    private static ILookup<string, string> TypesOf(string room, IReadOnlyList<Source> sources) =>
        (from source in sources
         let parts = source.Path.Split('/')
         where parts.Length > 3 && Order.GetValueOrDefault(room, []).Contains(parts[2], StringComparer.Ordinal)
         from Match match in Declarations().Matches(source.Text)
         select (Folder: parts[2], Type: match.Groups["type"].Value)).ToLookup(each => each.Folder, each => each.Type, StringComparer.Ordinal);

    private static IEnumerable<string> Misplaced(Source source)
    {
        var expected = source.Path["src/".Length..source.Path.LastIndexOf('/')].Replace('/', '.');
        var given = Namespaces().Match(source.Text);
        if (given.Success && given.Groups["name"].Value != expected && !OtherNamespaces.Contains(expected))
            yield return $"{source.Path}: its namespace is {given.Groups["name"].Value}";
    }

    private static bool IsFolder(string room, string name, IReadOnlyList<Source> sources) =>
        Order.GetValueOrDefault(room, []).Contains(name, StringComparer.Ordinal)
        || sources.Any(source => source.Path.StartsWith($"src/{room}/{name}/", StringComparison.Ordinal));

    private static IEnumerable<string> Sources() =>
        Repository.FilesEndingIn(".cs").Where(file => file.StartsWith("src/", StringComparison.Ordinal));

    private static Source Read(string file) => new(file, Repository.Text(file));

    [GeneratedRegex(
        @"^(global )?using (static )?(\w+ = )?(?<name>[\w.]+)(<[^;]*>)?;", RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5000)]
    private static partial Regex Usings();

    [GeneratedRegex(
        @"(?<!\w)(?<folder>[A-Z]\w*)\.(?=(?<type>[A-Z]\w*))", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 20_000)]
    private static partial Regex Qualified();

    [GeneratedRegex(
        @"\b(class|record|struct|interface|enum|delegate \w+) (?<type>\w+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 20_000)]
    private static partial Regex Declarations();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Namespaces();

    private sealed record Source(string Path, string Text);
}
