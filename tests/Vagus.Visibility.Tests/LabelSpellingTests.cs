using Vagus.Kernel;

namespace Vagus.Visibility.Tests;

/// <summary>A label protects in whatever way and wherever in the record it is written.</summary>
public abstract class LabelSpellingTests(House house)
{
    [Theory]
    [InlineData("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "R")]
    [InlineData("https://terminology.hl7.org/CodeSystem/v3-Confidentiality", "V")]
    [InlineData("http://terminology.hl7.org/CodeSystem/v3-Confidentiality/", "R")]
    [InlineData("http://terminology.hl7.org/CodeSystem/v3-Confidentiality|2.2.0", "R")]
    [InlineData("http://terminology.hl7.org/ValueSet/v3-Confidentiality", "R")]
    [InlineData("http://hl7.org/fhir/ValueSet/security-labels", "HIV")]
    [InlineData("2.16.840.1.113883.5.25", "R")]
    [InlineData("urn:oid:2.16.840.1.113883.5.4", "hiv")]
    [InlineData("https://terminology.hl7.org/CodeSystem/v3-ActCode", "HRCOMPT")]
    [InlineData("http://terminology.hl7.org/CodeSystem/v3-ActCode", "RESCOMPT")]
    [InlineData("http://terminology.hl7.org/CodeSystem/v3-ActCode", "FMCOMPT")]
    [InlineData(null, "PSY")]
    [InlineData(null, "r")]
    public async Task A_label_protects_in_every_spelling(string? system, string code)
    {
        var label = system is null ? $$"""{"code":"{{code}}"}""" : $$"""{"system":"{{system}}","code":"{{code}}"}""";
        Assert.Equal((404, 200), await Reads(Records.Labelled(Records.Lab("o", "p1"), label), "Observation/o"));
    }

    [Theory]
    [InlineData("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "N")]
    [InlineData("http://clinic.example/ward", "R")]
    public async Task A_code_that_is_no_label_hides_nothing(string system, string code)
    {
        var label = $$"""{"system":"{{system}}","code":"{{code}}"}""";
        Assert.Equal((200, 200), await Reads(Records.Labelled(Records.Lab("o", "p1"), label), "Observation/o"));
    }

    [Fact]
    public async Task A_labelled_contained_resource_hides_what_contains_it()
    {
        var inner = Records.Labelled(Records.Practitioner("c"), Records.Restricted);
        var lab = Records.Lab("o", "p1", more: $$""","contained":[ {{inner}} ],"performer":[{"reference":"#c"}]""");
        Assert.Equal((404, 200), await Reads(lab, "Observation/o"));
    }

    [Fact]
    public async Task A_labelled_entry_hides_the_bundle_that_is_kept()
    {
        var entry = Records.Labelled(Records.Lab("o", "p1"), Records.Restricted);
        var bundle = Records.Of("Bundle", "b", $$""","type":"collection","entry":[ {"resource":{{entry}} } ] """);
        Assert.Equal((404, 200), await Reads(bundle, "Bundle/b"));
    }

    [Fact]
    public async Task The_security_label_of_a_document_hides_its_reference()
    {
        var label = $$""" "securityLabel":[{"coding":[{{Records.Restricted}}]}] """;
        var document = Records.Of(
            "DocumentReference", "d", $$$""","status":"current",{{{label}}},"content":[{"attachment":{"title":"t"}}]""");
        Assert.Equal((404, 200), await Reads(document, "DocumentReference/d"));
    }

    [Fact]
    public async Task The_confidentiality_of_a_composition_hides_it()
    {
        const string author = """ "author":[{"reference":"Practitioner/dr"}] """;
        var composition = Records.Of(
            "Composition", "c",
            $$""","status":"final","type":{"text":"t"},"date":"2026-03-09",{{author}},"title":"t","confidentiality":"R" """);
        Assert.Equal((404, 200), await Reads(composition, "Composition/c"));
    }

    private async Task<(int Without, int With)> Reads(string resource, string path)
    {
        var clinic = await house.NewClinic();
        var boss = await clinic.Has(Role.Admin, sensitive: true);
        await boss.Write(Records.Patient("p1"), Records.Practitioner("dr"), resource);
        return ((await (await clinic.Has(Role.Nurse)).Get(path)).Status, (await boss.Get(path)).Status);
    }
}

public sealed class LabelSpellingOnSqlite(SqliteHouse house) : LabelSpellingTests(house);

public sealed class LabelSpellingOnPostgres(PostgresHouse house) : LabelSpellingTests(house);
