using System.Text.RegularExpressions;

namespace Vagus.Architecture.Tests;

/// <summary>A query over resources that leaves out the caller's reach would show everybody everything.</summary>
public sealed partial class ReachTests
{
    private const string Reach = "src/Vagus.Fhir/Store/ReachSql.cs";

    /// <summary>They ask as the server: nothing of what they read goes to a caller by itself.</summary>
    private static readonly HashSet<string> AsTheServer = new(
    [
        "src/Vagus.Fhir/Reading/ReadObservers.cs",
        "src/Vagus.Fhir/Store/CurrentRecord.cs",
        "src/Vagus.Fhir/Store/FhirMigrations.cs",
        "src/Vagus.Fhir/Store/RecordsOfPatient.cs",
        "src/Vagus.Fhir/Store/ReferringRecords.cs",
        "src/Vagus.Fhir/Store/NamePartsMigration.cs",
        "src/Vagus.Fhir/Store/PositionsMigration.cs",
        "src/Vagus.Fhir/Store/RecordVersions.cs",
        "src/Vagus.Fhir/Store/ReleasedMigration.cs",
        "src/Vagus.Fhir/Store/SearchKindsMigration.cs",
        "src/Vagus.Fhir/Store/ResourceLabels.cs",
        "src/Vagus.Fhir/Store/ResourcesNow.cs",
        // Profiles by which writes are judged; definitions with labels are left out.
        "src/Vagus.Fhir/Store/StoredDefinitions.cs",
        // Addresses of files that resources name; what is kept of them decides who is given the file.
        "src/Vagus.Fhir/Writing/FollowOlderFiles.cs",
        "src/Vagus.Fhir/Writing/IndexParameters.cs",
        "src/Vagus.Fhir/Writing/IndexTexts.cs",
        "src/Vagus.Fhir/Writing/ProvenanceLabels.cs",
    ],
    StringComparer.Ordinal);

    [Fact]
    public void Queries_over_resources_are_made_with_the_reach_of_their_caller()
    {
        var sources = Repository.FilesEndingIn(".cs").Where(file => file.StartsWith("src/", StringComparison.Ordinal)).ToList();

        Assert.Contains(Reach, sources.Where(AsksForResources));
        Findings.MustBeNone(sources.Where(file => file != Reach && !AsTheServer.Contains(file) && AsksForResources(file)));
    }

    [Theory]
    [InlineData("select 1 from fhir_resource r")]
    [InlineData("left join  fhir_resource on true")]
    [InlineData("from asked,\n  FHIR_RESOURCE r")]
    public void A_query_over_resources_is_seen(string text) => Assert.Matches(Query(), text);

    private static bool AsksForResources(string file) => Query().IsMatch(Repository.Text(file));

    [GeneratedRegex(
        @"(\b(from|join)|,)\s+fhir_resource\b", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Query();
}
