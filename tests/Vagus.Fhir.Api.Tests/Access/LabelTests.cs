
using System.Text.Json;
using Vagus.Fhir.Labels;
using Vagus.Kernel;

namespace Vagus.Fhir.Api.Tests.Access;

/// <summary>Labels protect in every spelling, and survive an update that forgets them.</summary>
public abstract class LabelTests(FhirServer server)
{
    private const string Confidentiality = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
    private const string ActCode = "http://terminology.hl7.org/CodeSystem/v3-ActCode";

    [Theory]
    [InlineData(Confidentiality, "R")]
    [InlineData(Confidentiality, "v")]
    [InlineData("http://hl7.org/fhir/v3/Confidentiality", "R")]
    [InlineData("urn:oid:2.16.840.1.113883.5.25", "r")]
    [InlineData(ActCode, "hiv")]
    [InlineData("http://hl7.org/fhir/v3/ActCode", "PSY")]
    [InlineData("urn:oid:2.16.840.1.113883.5.4", "SUD")]
    public async Task A_label_protects_in_its_older_spellings_and_in_lower_case(string system, string code)
    {
        var clinic = await Clinic.Open(server);
        var (trusted, other) = (await clinic.Provider(), await clinic.Provider(seesSensitive: false));
        (await trusted.Put("Patient/s", Sample.Patient("S", "s", Label(system, code)))).Is(201);

        (await other.Get("Patient/s")).IsRefused(404, "not-found");
        Assert.Empty((await other.Get("Patient")).Ids);
    }

    [Fact]
    public async Task An_update_that_forgets_a_label_keeps_it_and_shows_it_in_the_answer()
    {
        var clinic = await Clinic.Open(server);
        var (trusted, other) = (await clinic.Provider(), await clinic.Provider(seesSensitive: false));
        (await trusted.Put("Patient/s", Sample.Patient("S", "s", Label(Confidentiality, "R")))).Is(201);

        var bare = (await trusted.Put("Patient/s", Sample.Patient("T", "s"))).Is(200);
        var relabelled = (await trusted.Put("Patient/s", Sample.Patient("U", "s", Label(ActCode, "HIV")))).Is(200);

        Assert.Equal(["R"], Codes(bare));
        Assert.Equal(["HIV", "R"], Codes(relabelled));
        Assert.Equal(["HIV", "R"], Codes((await trusted.Get("Patient/s")).Is(200)));
        Assert.Equal(["s"], (await trusted.Get("Patient?_security=R")).Ids);
        (await other.Get("Patient/s")).IsRefused(404, "not-found");
    }

    [Fact]
    public async Task A_label_goes_when_its_author_says_how_confidential_the_record_is()
    {
        var clinic = await Clinic.Open(server);
        var (trusted, other) = (await clinic.Provider(), await clinic.Provider(seesSensitive: false));
        (await trusted.Put("Patient/s", Sample.Patient("S", "s", Label(Confidentiality, "R")))).Is(201);

        var lifted = (await trusted.Put("Patient/s", Sample.Patient("T", "s", Label(Confidentiality, "N")))).Is(200);

        Assert.Equal(["N"], Codes(lifted));
        (await other.Get("Patient/s")).Is(200);
        (await other.Get("Patient/s/_history/1")).IsRefused(404, "not-found");
    }

    [Fact]
    public async Task A_result_withheld_from_its_patient_stays_withheld_until_its_author_says_otherwise()
    {
        var clinic = await Clinic.Open(server);
        var (provider, patient) = (await clinic.Provider(seesSensitive: false), await clinic.Patient("p1"));
        (await provider.Put("Observation/o", Sample.Observation("Patient/p1", id: "o", more: Label(ActCode, "NOPAT")))).Is(201);
        (await provider.Put("Observation/o", Sample.Observation("Patient/p1", "2160-0", "o"))).Is(200);
        (await patient.Get("Observation/o")).IsRefused(404, "not-found");

        (await provider.Put("Observation/o", Sample.Observation("Patient/p1", id: "o", more: Label(Confidentiality, "N")))).Is(200);

        (await patient.Get("Observation/o")).Is(200);
        (await patient.Get("Observation/o/_history/2")).IsRefused(404, "not-found");
    }

    [Fact]
    public async Task A_hidden_id_is_refused_to_a_put_with_the_words_of_one_that_is_not_there()
    {
        var clinic = await Clinic.Open(server);
        var (trusted, other) = (await clinic.Provider(), await clinic.Provider(seesSensitive: false));
        (await trusted.Put("Patient/s", Sample.Patient("S", "s", Label(Confidentiality, "R")))).Is(201);

        var put = (await other.Put("Patient/s", Sample.Patient("T", "s"))).IsRefused(404, "not-found");

        Assert.Equal((await other.Get("Patient/s")).Text, put.Text);
        Assert.Equal((await other.Get("Patient/none")).Text, put.Text.Replace("Patient/s", "Patient/none", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"resourceType":"Bundle","type":"collection","entry":[{"resource":$}]}""")]
    [InlineData("""{"resourceType":"Bundle","type":"batch-response","entry":[{"response":{"status":"200","outcome":$}}]}""")]
    [InlineData("""{"resourceType":"Parameters","parameter":[{"name":"a","resource":$}]}""")]
    [InlineData("""{"resourceType":"Parameters","parameter":[{"name":"a","part":[{"name":"b","resource":$}]}]}""")]
    public async Task A_resource_is_as_hidden_as_a_labelled_one_inside_of_it(string outer)
    {
        var clinic = await Clinic.Open(server);
        var (trusted, other) = (await clinic.Provider(), await clinic.Provider(seesSensitive: false));
        var labelled = Sample.Patient("S", "s", Label(Confidentiality, "R"));

        var kept = (await trusted.Create(outer.Replace("$", labelled, StringComparison.Ordinal))).Is(201);

        var type = kept.Json.GetProperty("resourceType").GetString()!;
        (await trusted.Get($"{type}/{kept.Id}")).Is(200);
        (await other.Get($"{type}/{kept.Id}")).IsRefused(404, "not-found");
        Assert.Empty((await other.Get(type)).Ids);
    }

    [Fact]
    public async Task A_signature_is_as_hidden_as_what_it_signs()
    {
        var clinic = await Clinic.Open(server);
        var (trusted, other) = (await clinic.Provider(), await clinic.Provider(seesSensitive: false));
        (await trusted.Put("Patient/s", Sample.Patient("S", "s", Label(Confidentiality, "R")))).Is(201);
        (await trusted.Put("Patient/o", Sample.Patient("O", "o"))).Is(201);

        var hidden = (await trusted.Create(Sample.Provenance("Patient/s"))).Is(201);
        var plain = (await trusted.Create(Sample.Provenance("Patient/o"))).Is(201);

        (await other.Get($"Provenance/{hidden.Id}")).IsRefused(404, "not-found");
        Assert.Equal([plain.Id], (await other.Get("Provenance")).Ids);
    }

    [Fact]
    public async Task A_record_is_found_by_a_caller_who_may_see_all_of_its_labels()
    {
        var clinic = await Clinic.Open(server);
        var (trusted, other) = (await clinic.Provider(), await clinic.ProviderWith(Sensitivity.Hiv | Sensitivity.Restricted));
        (await trusted.Put("Patient/both", Sample.Patient("S", "both", Sample.Labelled("R", "HIV")))).Is(201);
        (await trusted.Put("Patient/one", Sample.Patient("S", "one", Sample.Labelled("HIVAIDS")))).Is(201);
        (await trusted.Put("Patient/more", Sample.Patient("S", "more", Sample.Labelled("R", "PSY")))).Is(201);
        (await trusted.Put("Patient/none", Sample.Patient("S", "none"))).Is(201);

        Assert.Equal(["none", "one", "both"], (await other.Get("Patient?name=S")).Ids);
        Assert.Equal(3, (await other.Get("Patient?_summary=count")).Json.GetProperty("total").GetInt32());
        (await other.Get("Patient/both")).Is(200);
        (await other.Get("Patient/more")).IsRefused(404, "not-found");
        (await other.Get("Patient/more/_history/1")).IsRefused(404, "not-found");
    }

    [Fact]
    public async Task A_version_is_shown_to_a_caller_who_may_see_its_labels_and_those_of_now()
    {
        var clinic = await Clinic.Open(server);
        var (trusted, other) = (await clinic.Provider(), await clinic.ProviderWith(Sensitivity.Hiv));
        (await trusted.Put("Patient/s", Sample.Patient("S", "s", Sample.Labelled("PSY")))).Is(201);
        (await trusted.Put("Patient/s", Sample.Patient("S", "s", Sample.Labelled("N", "HIV")))).Is(200);

        (await other.Get("Patient/s")).Is(200);
        (await other.Get("Patient/s/_history/1")).IsRefused(404, "not-found");
        (await trusted.Get("Patient/s/_history/1")).Is(200);
    }

    [Fact]
    public async Task A_signature_carries_the_labels_of_what_it_signs_as_they_come_and_go()
    {
        var clinic = await Clinic.Open(server);
        var (trusted, other) = (await clinic.Provider(), await clinic.ProviderWith(Sensitivity.Hiv));
        (await trusted.Put("Patient/s", Sample.Patient("S", "s", Sample.Labelled("HIV")))).Is(201);
        var signed = $"Provenance/{(await trusted.Create(Sample.Provenance("Patient/s"))).Is(201).Id}";
        (await other.Get(signed)).Is(200);

        (await trusted.Put("Patient/s", Sample.Patient("S", "s", Sample.Labelled("PSY")))).Is(200);
        (await other.Get(signed)).IsRefused(404, "not-found");
        (await trusted.Put("Patient/s", Sample.Patient("S", "s", Sample.Labelled("N", "HIV")))).Is(200);

        (await other.Get(signed)).Is(200);
        (await other.Get($"{signed}/_history/1")).Is(200);
    }

    [Fact]
    public void Every_code_that_is_sensitive_has_one_category()
    {
        string[] codes =
        [
            "R", "V", "ETH", "ETHUD", "GDIS", "HIV", "MST", "MH", "PSY", "PSYTHPN", "SCA", "SDV", "SEX", "SICKLE", "SPI", "BH", "COGN",
            "DVD", "EMOTDIS", "OPIOIDUD", "STD", "SUD", "SUDP", "ALC", "DRGIS", "TBOO", "VIO", "ABORT", "FMP", "FRT", "VIP", "CEL", "DEMO",
            "DOB", "GENDER", "LIVARG", "MARST", "RACE", "REL", "B", "EMPL", "LOCIS", "SSP", "ADOL", "DIA", "PATLOC", "PHY", "PRS", "EMP",
            "COMPT", "ACOCOMPT", "CTCOMPT", "FMCOMPT", "HRCOMPT", "LRCOMPT", "PACOMPT", "RESCOMPT", "RMGTCOMPT", "42CFRPart2",
            "42CFRPart2CD", "HIPAAPsyNotes", "HIVAIDS", "SEXAST", "SUDETH", "TAXHIV",
        ];
        var named = codes.ToDictionary(code => code, code => SecurityLabels.CategoryOf(JsonElement.Parse($$"""{"code":"{{code}}"}""")));

        Assert.All(named, each => Assert.Single(Sensitivities.NamesOf(each.Value)));
        Assert.Equal(Sensitivities.Names.Order(), named.Values.SelectMany(Sensitivities.NamesOf).Distinct().Order());
        Assert.True(named["42CFRPart2"].HasFlag(Sensitivity.Part2));
        Assert.False(named["SUD"].HasFlag(Sensitivity.Part2));
    }

    private static string Label(string system, string code) => $$""","meta":{"security":[{"system":"{{system}}","code":"{{code}}"}]}""";

    private static IEnumerable<string> Codes(Answer answer) =>
        answer.Json.GetProperty("meta").GetProperty("security").EnumerateArray().Select(label => label.GetProperty("code").GetString()!);
}

public sealed class LabelsOnSqlite(SqliteFhirServer server) : LabelTests(server);

public sealed class LabelsOnPostgres(PostgresFhirServer server) : LabelTests(server);
