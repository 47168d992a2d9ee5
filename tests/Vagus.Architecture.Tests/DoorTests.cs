using System.Text.RegularExpressions;

namespace Vagus.Architecture.Tests;

/// <summary>
/// FHIR has one door for writes and one for reads. Rights, write rules, reach, the record of reads and the audit hold because there is no
/// way around the doors.
/// </summary>
public sealed partial class DoorTests
{
    private const string Room = "src/Vagus.Fhir/";

    private static readonly Entrance[] Entrances =
    [
        new(@"\bnew FhirTransaction\(", ["Writing/FhirWrites.cs"], "a write takes its turn in FhirWrites"),
        // The index is no content, and the rows of exports and of subscriptions are no resources.
        new(
            @"\bGroupCommit\b",
            [
                "Writing/FhirWrites.cs", "Writing/IndexTexts.cs", "Writing/IndexParameters.cs", "Writing/FollowOlderFiles.cs", "Exports/",
                "Subscribing/",
            ],
            "a write takes its turn in FhirWrites"),
        new(@"\bIDeriveEvents\b", ["Writing/FhirWrites.cs", "Deriving/"], "events are derived in FhirWrites"),
        new(@"\bnew PreparedResource\(", ["Writing/ResourcePreparation.cs"], "a resource is prepared for a caller who may write it"),
        new(@"\bWriteRules\.", ["Writing/"], "the rules for types are asked where writes are made"),
        new(@"\bResourceRows\.", ["Writing/"], "rows are written by FhirTransaction"),
        new(@"\bIndexRows\.", ["Writing/", "Store/"], "rows are written by FhirTransaction"),
        new(
            @"\bRefuse\((interaction|ResourceInteractions)\b.*", ["Writing/", "Reading/FhirReads.cs", "Reading/RunSearch.cs", "Store/FhirCall.cs"],
            "rights are asked at the doors"),
        new(@"\bPresentResources\.", ["Writing/", "Store/"], "who may know of a resource is asked behind the doors"),
        new(@"\bReadResources\.", ["Reading/FhirReads.cs", "Writing/", "Store/"], "resources are read through FhirReads"),
        // Within a write members of organizations are looked up where the door for reads would need that for writes, which needs it.
        new(
            @"\bSelect(Page|Sorted|Included)\b",
            [
                "Reading/FhirReads.cs", "Reading/RunSearch.cs", "Reading/OrganizationMembers.cs", "Terminology/TenantTerminology.cs",
                "Search/",
            ],
            "resources are searched through FhirReads"),
        new(@"\bRunSearch\b", ["Reading/"], "resources are searched through FhirReads"),
        new(@"\bReadObservers\b", ["Reading/", "FhirFeature.cs"], "reads are recorded in FhirReads"),
        new(
            @"(?i)\b(from|join|into|update)\s+fhir_\w+|""fhir_\w+""", ["Reading/", "Search/", "Store/", "Writing/"],
            "the tables of the FHIR store are named behind its doors"),
    ];

    /// <summary>What lies behind the doors serves calls that do not come by HTTP, too.</summary>
    private static readonly string[] WithoutHttp = ["Reading/", "Terminology/", "Search/", "Writing/", "Deriving/", "Store/", "Labels/"];

    [Fact]
    public void What_the_doors_guard_is_used_behind_them_only()
    {
        var sources = Sources().ToList();

        Findings.MustBeNone(sources.SelectMany(file => WaysAround(file, Repository.Text(file))));
    }

    [Fact]
    public void Every_entrance_that_is_guarded_exists()
    {
        var texts = Sources().Where(file => file.StartsWith(Room, StringComparison.Ordinal)).Select(Repository.Text).ToList();

        Findings.MustBeNone(
            Entrances.Where(entrance => !texts.Exists(text => entrance.Pattern.IsMatch(text))).Select(entrance => $"{entrance.Pattern}"));
    }

    [Theory]
    [InlineData("Bundles/New.cs", "new FhirTransaction(write, call, drafts)", "a write takes its turn in FhirWrites")]
    [InlineData("Interactions/New.cs", "class New(GroupCommit commit)", "a write takes its turn in FhirWrites")]
    [InlineData("Interactions/New.cs", "new PreparedResource(type, id)", "a resource is prepared for a caller who may write it")]
    [InlineData("Bundles/New.cs", "IndexRows.Move(write, rid, before, after, cancel);", "rows are written by FhirTransaction")]
    [InlineData("Http/New.cs", "if (call.Refuse(ResourceInteractions.Update, type) is { } no) return no;", "rights are asked at the doors")]
    [InlineData("Bundles/New.cs", "await ReadResources.Current(queries, reach);", "resources are read through FhirReads")]
    [InlineData("Interactions/New.cs", "await SelectPage.Run(queries);", "resources are searched through FhirReads")]
    [InlineData("Bundles/New.cs", "select body\n  from  fhir_version v", "the tables of the FHIR store are named behind its doors")]
    [InlineData("Interactions/New.cs", "new InsertInto(\"fhir_token\")", "the tables of the FHIR store are named behind its doors")]
    [InlineData("Reading/New.cs", "Task<IResult> Answer(HttpContext http)", "what lies behind the doors knows nothing of HTTP")]
    public void A_way_around_a_door_is_seen(string file, string text, string why) =>
        Assert.Equal([$"{Room}{file}: {why}"], WaysAround(Room + file, text));

    [Fact]
    public void Another_room_that_names_the_tables_is_seen() =>
        Assert.Single(WaysAround("src/Vagus.Realtime/New.cs", "select 1 from fhir_resource"));

    private static IEnumerable<string> WaysAround(string file, string text)
    {
        var inRoom = file.StartsWith(Room, StringComparison.Ordinal) ? file[Room.Length..] : "";
        foreach (var entrance in Entrances)
        {
            // Other rooms have their own writes and rules; the names of internal types mean nothing there.
            if (inRoom.Length == 0 && !entrance.IsOfEveryRoom) continue;
            if (!IsIn(entrance.Behind, inRoom) && entrance.Pattern.IsMatch(text)) yield return $"{file}: {entrance.Why}";
        }

        if (IsIn(WithoutHttp, inRoom) && Http().IsMatch(text)) yield return $"{file}: what lies behind the doors knows nothing of HTTP";
    }

    private static bool IsIn(string[] places, string file) =>
        file.Length > 0 && places.Any(place => file.StartsWith(place, StringComparison.Ordinal));

    private static IEnumerable<string> Sources() =>
        Repository.FilesEndingIn(".cs").Where(file => file.StartsWith("src/", StringComparison.Ordinal));

    [GeneratedRegex(
        @"\bHttpContext\b|\bHttpRequest\b|\bIResult\b|Microsoft\.AspNetCore\.Http\b", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Http();

    /// <summary>Something that only the named files and folders of the room may use.</summary>
    private sealed class Entrance(string pattern, string[] behind, string why)
    {
        public Regex Pattern { get; } = new(pattern, RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));

        public string[] Behind => behind;

        public string Why => why;

        public bool IsOfEveryRoom { get; } = pattern.Contains("fhir_", StringComparison.Ordinal);
    }
}
